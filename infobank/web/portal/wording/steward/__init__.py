"""What stewards read, in words."""
