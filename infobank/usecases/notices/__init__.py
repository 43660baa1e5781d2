"""Tell recipients that something ended, and follow what comes of it."""
