"""The local encrypted store: the only SQL at the station."""
