"""The composition root: every part is made here, by hand, and handed to those that use it."""
