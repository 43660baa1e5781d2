"""What a resident's programs fetch of a consent to keep: its receipt, and an agreement in ODRL."""
