"""From orders to a value per customer: histories, fit, choice, scores, totals."""
