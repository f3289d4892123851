"""What many small trees learn from the features of one window, held to the window after it: the extra `ml`."""
