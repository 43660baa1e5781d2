"""Standing conditions under which the bank answers for a resident."""
