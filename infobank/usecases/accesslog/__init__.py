"""What the bank does with its access log."""
