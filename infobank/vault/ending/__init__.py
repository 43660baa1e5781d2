"""What ends and what is left of it: an erasure's receipt, log keys in escrow, retention."""
