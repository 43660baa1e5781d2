"""Who takes part: residents, providers, staff, and how each signs in."""
