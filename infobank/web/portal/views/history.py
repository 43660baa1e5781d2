"""What was done with data, in lines and with proofs, as residents and auditors see it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.filled import FilledForm, Option
from infobank.web.portal.views.shared import Paging


class Outcome(StrEnum):
    """How an act ended, as a reader tells them apart at a glance."""

    DONE = "done"
    """Something that was done and that nobody had to decide, such as a deposit."""
    PERMIT = "permit"
    REFUSAL = "refusal"
    VOID = "void"
    """Recorded, but not in effect: nothing was released under it."""


@dataclass(frozen=True)
class HistoryLine:
    """One entry in plain language.

    `entry` is what the proof's address names, empty in the second or so before there is a
    proof.  `kind` says what happened ("your data was read"), `who` did it, `what` names
    items in words; `reasons` are all reasons of a decision, in words, `changes` what would
    change it.
    """

    entry: str
    at: datetime
    kind: Text
    who: Text
    what: tuple[Text, ...]
    outcome: Outcome
    reasons: tuple[Text, ...] = ()
    changes: tuple[Text, ...] = ()
    purpose: Text | None = None
    mine: bool = False
    """The resident did it herself."""


@dataclass(frozen=True)
class HistoryPage:
    """`history`: everything that was done with the resident's data, newest first.

    `form` says what it is narrowed to, `narrowed` whether it is at all.  `paging` counts the
    whole list; a narrowed one has the address of its `older` lines instead, empty at its end.
    """

    lines: tuple[HistoryLine, ...]
    form: FilledForm
    who: tuple[Option, ...]
    what: tuple[Option, ...]
    categories: tuple[Option, ...]
    purposes: tuple[Option, ...]
    narrowed: bool = False
    paging: Paging | None = None
    older: str = ""


@dataclass(frozen=True)
class UnexpectedPage:
    """`unexpected`: what happens when the resident says that she did not expect an entry.

    `until` is the day by which she is answered.
    """

    line: HistoryLine
    until: date
    form: FilledForm


@dataclass(frozen=True)
class EntryField:
    """One field of an entry: `opened` is false where only its commitment may be seen."""

    name: str
    value: str
    opened: bool = True


@dataclass(frozen=True)
class InclusionWords:
    """Where a leaf stands in the tree, and the hashes from it up to the root, in hexadecimal."""

    index: int
    leaf_hash: str
    tree_size: int
    root: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class ProofPage:
    """`proof` and `log_proof`: one entry with all that is needed to check it.

    `checkpoint` is the signed text.  `download` and `verifier` are addresses of the proof
    file and of the offline verifier; `command` is what to type.
    """

    line: HistoryLine
    fields: tuple[EntryField, ...]
    inclusion: InclusionWords
    checkpoint: str
    verifier_key: str
    download: str
    verifier: str
    command: str
