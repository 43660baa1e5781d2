"""Letters to residents: where they go, and those on their way."""
