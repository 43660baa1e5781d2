"""Readers of data that exists elsewhere: they turn a source's own form into records."""
