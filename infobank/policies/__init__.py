"""Reading of the operator's rules: the files of a policies folder become values."""

from infobank.policies.folder import PolicyFolder, read_policies

__all__ = ["PolicyFolder", "read_policies"]
