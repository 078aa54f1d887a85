"""The widgets that answer the questions of a declared form, one for each shape."""
