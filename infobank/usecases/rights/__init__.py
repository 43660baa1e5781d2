"""The rights desk: what residents, or their guardians, ask of the bank about their own data."""
