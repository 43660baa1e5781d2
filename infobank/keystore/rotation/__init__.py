"""Replace root keys and shard keys, and prove that what was destroyed is gone."""
