"""What a user can ask for; every face calls these use cases and nothing below them."""
