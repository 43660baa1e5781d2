"""What each page of the portal does: read the request, ask a use case, show a view."""
