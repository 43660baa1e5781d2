"""From the files of retention and of the escrow's holders to values."""

from base64 import b64decode
from binascii import Error as Base64Error

from infobank.vault.ending.escrow import LEAST_HOLDERS, MOST_HOLDERS, Holder
from infobank.vault.ending.retention import RetentionPolicy
from infobank.vocabulary.text.table import Table

FILE = "retention.toml"
HOLDERS = "holders.toml"

LONGEST_DAYS = 36_525
"""A hundred years: longer is no rule but its absence."""

LEAST_YEARS = 3
"""APPI article 29(2) with rule 21 of the Commission's rules: three years in principle."""


def parse_retention(table: Table, categories: frozenset[str]) -> RetentionPolicy:
    """Return the rules a file states; `categories` are the codes of all categories.

    Raises:
        ConfigurationError: a key is unknown, missing or breaks its rule.
    """
    records = table.table("record_days")
    days = {code: records.integer(code, 1, LONGEST_DAYS) for code in records}
    if not days.keys() <= categories:
        unknown = min(days.keys() - categories)
        raise records.wrong(unknown, "is not a category")
    consents, provision, keys = (table.table(name) for name in ("consents", "provision", "keys"))
    policy = RetentionPolicy(
        record_days=days,
        consent_days=consents.integer("days", 0, LONGEST_DAYS),
        provision_years=provision.integer("years", LEAST_YEARS, 100),
        epoch_days=keys.integer("epoch_days", 1, 366),
    )
    for part in (consents, provision, keys, table):
        part.close()
    return policy


def parse_holders(table: Table) -> tuple[Holder, ...]:
    """Return who holds the escrow's keys: none, or two to six people.

    Raises:
        ConfigurationError: a key is unknown, missing or no public key, or a holder is alone.
    """
    holders = []
    for one in table.tables("holder"):
        name, text = one.text("name"), one.text("key")
        try:
            holders.append(Holder(name, b64decode(text, validate=True)))
        except (Base64Error, ValueError):
            raise one.wrong("key", "must be an X25519 public key in base64") from None
        one.close()
    table.close()
    different = {each.public_key for each in holders}
    if holders and not LEAST_HOLDERS <= len(different) == len(holders) <= MOST_HOLDERS:
        raise table.wrong("holder", f"must be {LEAST_HOLDERS} to {MOST_HOLDERS} different people")
    return tuple(holders)
