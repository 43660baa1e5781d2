"""The rights desk for programs: a resident's, her guardian's and the steward's."""
