"""Pages to come in and go out by."""
