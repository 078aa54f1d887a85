"""The district's end: the stations' interface, the web pages, the store, the administrators' command line."""
