"""The past as a judge: every way to forecast, held against what happened after earlier days."""
