"""The values and words every part of the bank shares: no behaviour, no I/O."""
