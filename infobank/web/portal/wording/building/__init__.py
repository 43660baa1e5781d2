"""A provider's request while it is built: from the form, past the rules, to the words."""
