"""Requests, consents, mandates and who can see what, in words."""
