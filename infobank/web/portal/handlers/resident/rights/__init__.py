"""The rights desk in the portal: a resident's pages, the steward's, and acting for somebody."""
