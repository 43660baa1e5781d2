"""Where the bank's own secrets live: today in files that only the bank's user can read."""
