"""The economics page: its numbers, the ways to a customer's value side by side, and why they differ."""
