"""What must be done because data was released."""

from typing import NamedTuple

from infobank.consent.terms import Terms


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
    found = [
        Obligation("delete_within_days", str(terms.retention_days)),
        Obligation("pass_on_to", terms.onward.value),
    ]
    if terms.benefit.points:
        found.append(Obligation("reward", str(terms.benefit.points)))
    return tuple(found)
