"""Every table of both databases, gathered for migrations and for the tests of the schema."""

from infobank.db import accesslog, accounts, consent, oauth, publication, vault
from infobank.db import keys as key_tables
from infobank.db.consenting import answers, households, mandates, policies, told
from infobank.db.ending import erasures, holds, retention
from infobank.db.entrance import challenges, enrolments, links, passkeys, sessions
from infobank.db.letters import contacts, letters, progress
from infobank.db.metadata import keys, records
from infobank.db.notices import endpoints, outbox
from infobank.db.recovery import backups, restorations
from infobank.db.rights import counter
from infobank.db.rights.approvals import approvals
from infobank.db.rights.proxies import proxies
from infobank.db.rights.requests import rights_requests
from infobank.db.rotation.renewals import renewals

__all__ = [
    "accesslog",
    "accounts",
    "answers",
    "approvals",
    "backups",
    "challenges",
    "consent",
    "contacts",
    "counter",
    "endpoints",
    "enrolments",
    "erasures",
    "holds",
    "households",
    "key_tables",
    "keys",
    "letters",
    "links",
    "mandates",
    "oauth",
    "outbox",
    "passkeys",
    "policies",
    "progress",
    "proxies",
    "publication",
    "records",
    "renewals",
    "restorations",
    "retention",
    "rights_requests",
    "sessions",
    "told",
    "vault",
]
