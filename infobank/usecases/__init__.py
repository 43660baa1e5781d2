"""What the bank does: one file a verb, one unit of work a call, the clock asked once."""
