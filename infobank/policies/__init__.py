"""Reading of the operator's rules: the files of a policies folder become values."""

from infobank.policies.folder import PolicyFolder, read_files, read_policies, read_rules

__all__ = ["PolicyFolder", "read_files", "read_policies", "read_rules"]
