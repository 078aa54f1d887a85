"""What a station and its district share, and how it travels between them."""
