"""The station: what runs at a desk. ``app.py`` builds the window, ``cli.py`` the same verbs without one."""
