"""Words, how they are written, and how bytes and files are made of them."""
