"""A resident's copy of all that is hers: gathered, written, read by a person and by a program."""
