"""Classes of recipients (`policies/recipients/*.toml`): who they are, and what they must show."""

from dataclasses import dataclass

from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class RecipientClass:
    """One class of recipients 提供先の種別; a provider belongs to exactly one.

    `certificates` are the kinds of certificate it needs, each with an end (the guideline's
    recipient criteria: P-mark, ISMS or an accepted equivalent).  `passes_on` says that
    its trade is to hand data on, which needs the resident's word (`Onward`).
    """

    code: str
    label: Text
    description: Text
    certificates: frozenset[str] = frozenset()
    passes_on: bool = False
