"""Small parts that every page is made of: labels, buttons, chips, empty states, notices, histories."""
