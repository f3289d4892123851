"""What each customer is worth, how sure that is, and why."""
