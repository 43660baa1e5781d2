"""How a resident is told of things outside the portal, for programs."""
