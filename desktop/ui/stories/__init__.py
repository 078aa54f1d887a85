"""How each kind of record is told in the pane beside its list: read in one snapshot, no Qt object made here."""
