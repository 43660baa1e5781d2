"""What the bank does with deposited records and their keys."""
