"""Every form and page of the real window, with a real store behind it."""
