"""The verbs: one function for each thing that a person can do, one transaction each."""
