"""Security events: what a recipient is told (RFC 8417), how it is brought, and what it answers."""
