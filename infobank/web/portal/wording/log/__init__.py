"""What is told of the log as a whole: how it stands, and what proves an answer of it."""
