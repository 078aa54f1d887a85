"""The district's store: schema.py has the tables, store.py opens it, the others hold functions over a connection."""
