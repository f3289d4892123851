"""The report on contracts: what they are worth, how they are renewed, who they are, what was read, what to believe."""
