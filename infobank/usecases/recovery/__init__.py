"""Back the databases up, restore them, and bring back what happened since."""
