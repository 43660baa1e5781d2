"""The rules in force, as the key service read them last."""

from dataclasses import dataclass

from infobank.vocabulary.rules.policies import Policies


@dataclass
class InForce:
    """What the key service judges by; an operator's signal puts newer rules in the place.

    INVARIANT: each judgement takes the rules once, so that none is made by two sets of them.
    """

    policies: Policies
