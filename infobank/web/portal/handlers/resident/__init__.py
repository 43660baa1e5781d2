"""A resident's pages."""
