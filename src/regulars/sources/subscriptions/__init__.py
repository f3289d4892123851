"""Reading contracts with a start and an end, where orders are expected."""
