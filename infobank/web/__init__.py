"""What the bank shows to people and to programs over HTTP."""
