"""A service provider's pages."""
