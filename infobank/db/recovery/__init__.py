"""Whole databases: copied out in one snapshot, loaded again, and kept shut until replayed."""
