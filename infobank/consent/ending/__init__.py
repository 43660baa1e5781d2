"""How a consent ends before its time, and what its recipient is told."""
