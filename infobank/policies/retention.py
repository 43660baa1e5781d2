"""From the files of retention and of the escrow's holders to values."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable

from infobank.consent.answers.inquiry import Inquiry
from infobank.vault.ending.escrow import LEAST_HOLDERS, MOST_HOLDERS, Holder
from infobank.vault.ending.retention import RetentionPolicy
from infobank.vocabulary.text.table import Table

FILE = "retention.toml"
HOLDERS = "holders.toml"

_PARTS = ("consents", "mandates", "told", "answers", "provision", "keys")

LONGEST_DAYS = 36_525
"""A hundred years: longer is no rule but its absence."""

LEAST_YEARS = 3
"""APPI article 29(2) with rule 21 of the Commission's rules: three years in principle."""


def parse_retention(
    table: Table, categories: frozenset[str], inquiries: Iterable[Inquiry]
) -> RetentionPolicy:
    """Return the rules a file states; `categories` are the codes of all categories.

    Raises:
        ConfigurationError: a key is unknown, missing or breaks its rule, or an answer would be
            forgotten while one of the inquiries still judges by it.
    """
    records = table.table("record_days")
    days = {code: records.integer(code, 1, LONGEST_DAYS) for code in records}
    if not days.keys() <= categories:
        unknown = min(days.keys() - categories)
        raise records.wrong(unknown, "is not a category")
    parts = {name: table.table(name) for name in _PARTS}
    stretch = max((each.stretch_days for each in inquiries), default=0)
    policy = RetentionPolicy(
        record_days=days,
        consent_days=parts["consents"].integer("days", 0, LONGEST_DAYS),
        mandate_days=parts["mandates"].integer("days", 0, LONGEST_DAYS),
        told_days=parts["told"].integer("days", 1, LONGEST_DAYS),
        answer_days=parts["answers"].integer("days", stretch, LONGEST_DAYS),
        provision_years=parts["provision"].integer("years", LEAST_YEARS, 100),
        epoch_days=parts["keys"].integer("epoch_days", 1, 366),
    )
    for part in (*parts.values(), table):
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
