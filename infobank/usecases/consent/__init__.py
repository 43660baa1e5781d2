"""What a resident and a recipient do with a consent."""
