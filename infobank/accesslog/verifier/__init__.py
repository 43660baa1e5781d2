"""Check a whole log, offline, with nothing but its files and its public key."""
