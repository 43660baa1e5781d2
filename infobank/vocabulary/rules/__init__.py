"""The operator's rules as values: purposes, recipients, the board, and all of them together."""
