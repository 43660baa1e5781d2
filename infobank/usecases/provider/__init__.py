"""What a provider sees and does at the bank by itself."""
