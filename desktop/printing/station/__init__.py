"""The papers of a station's counter, each in a module named as its kind; `values` holds what they say."""
