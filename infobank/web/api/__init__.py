"""The JSON interface: marshmallow reads, the use case acts, problems answer (RFC 9457)."""
