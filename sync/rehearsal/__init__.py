"""Drives both ends as child processes, as people would, and checks what they hold."""
