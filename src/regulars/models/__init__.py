"""The mathematics: probability models of purchases, dropout and spend. NumPy and SciPy only, no tables."""
