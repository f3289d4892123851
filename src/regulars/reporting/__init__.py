"""Reports and charts: a valuation as a typed document, and what renders it."""
