"""The tables and the receipt that the rooms agree on."""
