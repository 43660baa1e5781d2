"""What consents, requests and households hold in rows."""
