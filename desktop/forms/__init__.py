"""Declared forms: fields as data. The window renders them, tests iterate over them; no Qt here."""
