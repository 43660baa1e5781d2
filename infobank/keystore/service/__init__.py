"""The key service: the one process that holds root and shard keys, and how others reach it."""
