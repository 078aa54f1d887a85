"""The station's end of the exchange: day end, the journal's promise, http."""
