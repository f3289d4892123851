"""The numbers a business steers by: one file per metric, each with its definition."""
