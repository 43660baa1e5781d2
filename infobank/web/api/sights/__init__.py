"""Who sees what of a resident, for her programs."""
