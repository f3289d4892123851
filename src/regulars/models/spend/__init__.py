"""Models of what one purchase is worth, one file each."""
