"""How hostile text becomes values: forms, strict JSON, public keys and signed objects."""
