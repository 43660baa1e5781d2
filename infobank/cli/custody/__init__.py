"""The commands that look after keys and the vault."""
