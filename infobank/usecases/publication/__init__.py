"""What the bank does to publish a statistic."""
