"""One working day of a station with its district, through the real window: what `make demo` shows."""
