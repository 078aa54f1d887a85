"""Desks without a window that do what they are told on standard input: the station's end of a rehearsal."""
