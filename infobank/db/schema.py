"""Every table of both databases, gathered for migrations and for the tests of the schema."""

from infobank.db import accesslog, accounts, consent, oauth, publication, vault
from infobank.db import keys as key_tables
from infobank.db.metadata import keys, records

__all__ = [
    "accesslog",
    "accounts",
    "consent",
    "key_tables",
    "keys",
    "oauth",
    "publication",
    "records",
    "vault",
]
