"""Notices to recipients: the outbox they leave from, and where to."""
