"""What stewards do at the counter for residents who come in person, or write on paper."""
