"""A resident answers a request: agrees, refuses, offers less, or looks at what would leave."""
