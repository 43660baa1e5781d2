"""What a provider does to be allowed, step by step."""
