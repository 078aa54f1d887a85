"""Paper: a frozen sheet goes in, PDF bytes come out, the same bytes for the same sheet everywhere. No Qt, no store."""
