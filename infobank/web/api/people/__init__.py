"""Who takes part, for programs: what stewards do about it, and what residents say."""
