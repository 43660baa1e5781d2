"""Requests that wait: a resident answers them, and a provider follows its own."""
