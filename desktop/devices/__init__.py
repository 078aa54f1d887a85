"""Document readers, scanners and printers behind small interfaces."""
