"""What the interface for programs promises: operations, shapes and errors, as data."""
