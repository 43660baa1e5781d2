"""Answers instead of data: what may be asked, what comes of it, and how often."""
