"""Columns as bytes: the inside of a block before compression."""
