"""A resident gives, narrows and stops mandates."""
