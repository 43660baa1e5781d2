"""An auditor's pages."""
