"""The port by which a district tells people outside the platform: channels, who sends, and what comes back."""
