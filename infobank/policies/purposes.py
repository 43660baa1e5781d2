"""From a purpose file to a `Purpose`."""

import re
from collections.abc import Collection
from datetime import timedelta

from infobank.clock import day_begins
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.rules.purpose import Purpose
from infobank.vocabulary.text.table import Table

TERM = re.compile(r"dpv:[A-Z][A-Za-z]*")
"""A concept of the W3C Data Privacy Vocabulary, such as `dpv:ScientificResearch`."""

GROUPS = "groups.toml"

LONGEST_DAYS = 3_653
"""Ten years: nobody can foresee what a consent means for longer."""


def parse_purpose(
    code: str, table: Table, categories: Collection[str], groups: Collection[str], zone: str
) -> Purpose:
    """Return the purpose a file describes; its code is the file's name.

    `categories` and `groups` are the codes the bank knows.  A purpose is retired from the
    beginning of the stated day in `zone`.

    Raises:
        ConfigurationError: a key is unknown, missing or breaks its rule.
    """
    purpose = Purpose(
        code=code,
        term=table.text("term"),
        label=table.words("label"),
        description=table.words("description"),
        modes=table.choices("modes", OutputMode),
        categories=table.codes("categories", categories),
        longest=timedelta(days=table.integer("longest_days", 1, LONGEST_DAYS)),
        group=table.text("group"),
        board=table.flag("board"),
        profiling=table.flag("profiling"),
        retired_at=day_begins(zone, table.day("retired")) if "retired" in table else None,
    )
    table.close()
    if not TERM.fullmatch(purpose.term):
        raise table.wrong("term", "must be a DPV concept, such as dpv:ScientificResearch")
    if purpose.group not in groups:
        raise table.wrong("group", f"must be one of {', '.join(sorted(groups))}")
    return purpose
