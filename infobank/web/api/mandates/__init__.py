"""Mandates, and the calls they answer, for programs."""
