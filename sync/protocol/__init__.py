"""What is said on the wire between a station and its district: docs/protocol.md tells it in prose."""
