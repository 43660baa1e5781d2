"""The OAuth endpoints: read the request, ask the use case, answer in the RFC's form."""
