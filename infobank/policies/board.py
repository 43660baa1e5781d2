"""From a file of the ethics board to a `BoardDecision`."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from infobank.clock import day_begins
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.rules.board import BoardDecision
from infobank.vocabulary.rules.purpose import Purpose
from infobank.vocabulary.rules.recipient import RecipientClass
from infobank.vocabulary.text.table import Table

MINUTES = re.compile(r"https://[^\s/]+/\S*")
"""Minutes are public: an address that anybody can open."""


def parse_decision(
    code: str,
    table: Table,
    purposes: Mapping[str, Purpose],
    recipients: Mapping[str, RecipientClass],
    zone: str,
) -> BoardDecision:
    """Return the decision a file describes; its code is the file's name.

    Its first day begins, and its last day ends, at midnight in `zone`.

    Raises:
        ConfigurationError: a key is unknown, missing or breaks its rule, nobody is named, the
            days are reversed, or a purpose does not allow what the board did.
    """
    first, last = table.day("first"), table.day("last")
    known = frozenset(category for each in purposes.values() for category in each.categories)
    decision = BoardDecision(
        code=code,
        classes=table.codes("classes", recipients) if "classes" in table else frozenset(),
        providers=_parse_providers(table) if "providers" in table else frozenset(),
        purposes=table.codes("purposes", purposes),
        categories=table.codes("categories", known),
        modes=table.choices("modes", OutputMode),
        valid_from=day_begins(zone, first),
        valid_until=day_begins(zone, last + timedelta(days=1)),
        minutes=table.text("minutes"),
        summary=table.words("summary"),
    )
    table.close()
    if last < first:
        raise table.wrong("last", "must not be before the first day")
    if not decision.classes and not decision.providers:
        raise table.wrong("classes", "name a class or a provider the board decided on")
    if not MINUTES.fullmatch(decision.minutes):
        raise table.wrong("minutes", "must be an https address")
    _refuse_more(table, decision, (purposes[one] for one in sorted(decision.purposes)))
    return decision


def _parse_providers(table: Table) -> frozenset[UUID]:
    try:
        return frozenset(UUID(text) for text in table.texts("providers"))
    except ValueError:
        raise table.wrong("providers", "each must be a provider's UUID") from None


def _refuse_more(table: Table, decision: BoardDecision, purposes: Iterable[Purpose]) -> None:
    """Refuse a decision on what no board is asked about, or what a purpose shuts out anyway."""
    for purpose in purposes:
        if not purpose.board:
            raise table.wrong("purposes", f"{purpose.code} needs no board")
        if not decision.categories <= purpose.categories:
            raise table.wrong("categories", f"not all are open to {purpose.code}")
        if not decision.modes <= purpose.modes:
            raise table.wrong("modes", f"not all are open to {purpose.code}")
