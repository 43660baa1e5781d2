"""The operator's commands about consents."""
