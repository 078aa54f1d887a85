"""The seven pages of the window, one for each kind of work."""
