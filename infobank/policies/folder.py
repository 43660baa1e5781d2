"""A folder of policy files, read once: values, documents and one digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infobank.accounts.rights import RightsPolicy
from infobank.consent.answers.inquiry import Inquiry
from infobank.errors import ConfigurationError
from infobank.policies.board import parse_decision
from infobank.policies.categories import parse_category, refuse_shared_numbers
from infobank.policies.files import digest, refuse_strangers, rule_files, stems, table, tables
from infobank.policies.house import FILE as HOUSE
from infobank.policies.house import parse_house
from infobank.policies.inquiries import parse_inquiry
from infobank.policies.phrases import REASON_FILE, TERM_FILE, parse_phrases
from infobank.policies.places import FILE as PLACES
from infobank.policies.places import parse_places
from infobank.policies.purposes import GROUPS, parse_purpose
from infobank.policies.recipients import CERTIFICATES, parse_recipient
from infobank.policies.retention import FILE as RETENTION
from infobank.policies.retention import HOLDERS, parse_holders, parse_retention
from infobank.policies.rights import FILE as RIGHTS
from infobank.policies.rights import parse_rights
from infobank.vault.ending.escrow import Holder
from infobank.vault.ending.retention import RetentionPolicy
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.table import parse_toml
from infobank.vocabulary.text.words import Phrasebook

FOLDERS: Final = frozenset(
    {"board", "categories", "inquiries", "mappings", "purposes", "recipients", "statistics"}
)
SINGLE: Final = {
    *(CERTIFICATES, GROUPS, HOLDERS, HOUSE, PLACES, REASON_FILE, RETENTION, RIGHTS, TERM_FILE)
}


@dataclass(frozen=True)
class PolicyFolder:
    """What a policies folder says.

    `files` are the very bytes that were understood, by path.  `statistics` holds the document in
    each `statistics/<code>.toml`, not yet understood: `publication` knows what a statistic is.
    `holders` open an erased resident's provision records, two together; a bank may have none.
    """

    policies: Policies
    files: Mapping[str, bytes]
    statistics: Mapping[str, Mapping[str, object]]
    inquiries: Mapping[str, Inquiry]
    rights: RightsPolicy
    retention: RetentionPolicy
    holders: tuple[Holder, ...]
    phrases: Phrasebook


def read_policies(folder: Path, zone: str) -> PolicyFolder:
    """Read and check every rule of a policies folder; its days are those of `zone`.

    Each file is read once, so the digest is over the very bytes that were understood.

    Raises:
        ConfigurationError: the folder or a rule is missing, unreadable, misspelt or
            contradictory; the message names file and key.
    """
    return read_files(rule_files(folder), zone)


def read_files(files: Mapping[str, bytes], zone: str) -> PolicyFolder:
    """Check every rule in the files of a policies folder, as `PolicyFolder.files` kept them.

    Raises:
        ConfigurationError: as for `read_policies`.
    """
    refuse_strangers(files, FOLDERS, SINGLE)
    policies = read_rules(files, zone)
    codes = frozenset(policies.categories)
    inquiries = {
        code: parse_inquiry(code, each, policies.categories)
        for code, each in tables(files, "inquiries").items()
    }
    return PolicyFolder(
        policies=policies,
        files=files,
        statistics={
            code: parse_toml(files[path], path) for code, path in stems(files, "statistics").items()
        },
        inquiries=inquiries,
        rights=parse_rights(table(files, RIGHTS), codes),
        retention=parse_retention(table(files, RETENTION), codes, inquiries.values()),
        holders=parse_holders(table(files, HOLDERS)) if HOLDERS in files else (),
        phrases=parse_phrases(table(files, REASON_FILE), table(files, TERM_FILE)),
    )


def read_rules(files: Mapping[str, bytes], zone: str) -> Policies:
    """Return only what decisions are made against.

    Rules of an earlier day are read by it even when the bank has learned new words since.

    Raises:
        ConfigurationError: as for `read_policies`.
    """
    categories = {
        code: parse_category(code, each) for code, each in tables(files, "categories").items()
    }
    refuse_shared_numbers(categories.values())
    groups, certificates = (table(files, name).labels() for name in (GROUPS, CERTIFICATES))
    purposes = {
        code: parse_purpose(code, each, categories, groups, zone)
        for code, each in tables(files, "purposes").items()
    }
    recipients = {
        code: parse_recipient(code, each, certificates)
        for code, each in tables(files, "recipients").items()
    }
    if not categories or not purposes or not recipients:
        raise ConfigurationError(
            "the policies folder needs at least one category, one purpose and one recipient class"
        )
    return Policies(
        categories=categories,
        purposes=purposes,
        digest=digest(files),
        recipients=recipients,
        board=tuple(
            parse_decision(code, each, purposes, recipients, zone)
            for code, each in tables(files, "board").items()
        ),
        places=parse_places(table(files, PLACES)),
        groups=groups,
        certificates=certificates,
        house=parse_house(table(files, HOUSE)),
    )
