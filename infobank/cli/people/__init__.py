"""Commands about who takes part that take a steward's word, or two."""
