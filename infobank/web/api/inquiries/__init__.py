"""Answers instead of data: what may be asked, and asking it."""
