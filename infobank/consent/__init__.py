"""What a resident agreed to, and the one decision made from it."""
