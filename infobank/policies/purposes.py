"""From a purpose file to a `Purpose`."""

import re
from datetime import timedelta

from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.purpose import Purpose
from infobank.vocabulary.table import Table

TERM = re.compile(r"dpv:[A-Z][A-Za-z]*")
"""A concept of the W3C Data Privacy Vocabulary, such as `dpv:ScientificResearch`."""

LONGEST_DAYS = 3_653
"""Ten years: nobody can foresee what a consent means for longer."""


def parse_purpose(code: str, table: Table, categories: frozenset[str]) -> Purpose:
    """Return the purpose a file describes; its code is the file's name.

    `categories` are the codes of all categories of the bank.

    Raises:
        ConfigurationError: a key is unknown, missing or breaks its rule.
    """
    purpose = Purpose(
        code=code,
        term=table.text("term"),
        label=table.words("label"),
        description=table.words("description"),
        modes=_parse_modes(table),
        categories=_parse_categories(table, categories),
        longest=timedelta(days=table.integer("longest_days", 1, LONGEST_DAYS)),
    )
    table.close()
    if not TERM.fullmatch(purpose.term):
        raise table.wrong("term", "must be a DPV concept, such as dpv:ScientificResearch")
    return purpose


def _parse_modes(table: Table) -> frozenset[OutputMode]:
    try:
        return frozenset(OutputMode(mode) for mode in table.texts("modes"))
    except ValueError:
        known = ", ".join(OutputMode)
        raise table.wrong("modes", f"each must be one of {known}") from None


def _parse_categories(table: Table, known: frozenset[str]) -> frozenset[str]:
    wanted = frozenset(table.texts("categories"))
    if not wanted <= known:
        unknown = ", ".join(sorted(wanted - known))
        raise table.wrong(
            "categories", f"{unknown} is unknown; known are {', '.join(sorted(known))}"
        )
    return wanted
