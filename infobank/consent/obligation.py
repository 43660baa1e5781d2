"""What must be done because data was released."""

from functools import lru_cache
from typing import NamedTuple

from infobank.consent.terms import Terms
from infobank.vocabulary.bounds import Onward


class Obligation(NamedTuple):
    """One duty: its `name`, and a `parameter`.

    | name | parameter | who sees to it |
    | --- | --- | --- |
    | `delete_within_days` | days | the recipient; the bank asks for its deletion statement |
    | `pass_on_to` | `nobody`, `processors` or `others` | the recipient, by contract |
    | `reward` | points | the bank |
    | `coarsen` | the steps of time, place and number | the bank, before anything leaves |
    """

    name: str
    parameter: str


def duties(terms: Terms) -> tuple[Obligation, ...]:
    """Return what follows from every release under these terms."""
    return _duties(terms.retention_days, terms.onward, terms.benefit.points)


@lru_cache(maxsize=4096)
def _duties(retention_days: int, onward: Onward, points: int) -> tuple[Obligation, ...]:
    """Return the same few values again: most consents share theirs with many others."""
    found = [
        Obligation("delete_within_days", str(retention_days)),
        Obligation("pass_on_to", onward.value),
    ]
    if points:
        found.append(Obligation("reward", str(points)))
    return tuple(found)
