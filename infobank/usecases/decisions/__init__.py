"""Decisions after the fact: how they are logged, made again, and how many one would permit."""
