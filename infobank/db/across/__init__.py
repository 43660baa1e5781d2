"""Statements that read several nouns at once, because one round trip must do."""
