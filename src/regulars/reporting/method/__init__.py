"""What stands behind the numbers: when not to believe them, what is assumed, what was fitted, what the words mean."""
