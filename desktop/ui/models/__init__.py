"""What the lists of the window show: table models over pages of frozen rows."""
