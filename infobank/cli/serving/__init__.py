"""The processes that `infobank serve` runs, and what keeps them running."""
