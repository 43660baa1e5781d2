"""Make an old decision again, from what was recorded of it: the answer must be the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

from infobank.accesslog.entry import EntryKind
from infobank.consent.answers.budget import SPENT
from infobank.consent.consent import Consent
from infobank.consent.decision import Decision, decide
from infobank.consent.mandate import Mandate
from infobank.consent.question import Question
from infobank.db.consenting import policies, versions
from infobank.db.unit import Unit, Units
from infobank.errors import InvalidInputError, NotFoundError
from infobank.usecases.accesslog.history import Event, History
from infobank.usecases.decisions import entries
from infobank.usecases.genuine import Genuine
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.rules.policies import Policies

ReadRules: TypeAlias = Callable[[Mapping[str, bytes]], Policies]
"""Reads the rules of a day from their files."""

_DECISIONS: Final = frozenset({EntryKind.PERMIT, EntryKind.REFUSAL})


@dataclass(frozen=True)
class Replayed:
    """What was decided at an instant, as it was recorded, and what the same inputs lead to now."""

    at: datetime
    recorded: tuple[str, ...]
    permitted: bool
    again: Decision

    @property
    def same(self) -> bool:
        """Tell whether both say the same, for the same reasons.

        That an inquiry was asked too often is counted, not decided: it is told, and left out.
        """
        recorded = () if self.permitted else tuple(x for x in self.recorded if x != SPENT)
        return recorded == (() if self.again.permitted else self.again.reasons)


@dataclass(frozen=True)
class Replay:
    """Decide again what the log says was decided about a resident's data.

    Nothing of today counts: neither the consent as it stands, nor the recipient, nor the rules.
    """

    units: Units
    history: History
    genuine: Genuine
    read: ReadRules

    async def __call__(self, resident: ResidentId, index: int) -> Replayed:
        """Return what was decided, and what is decided from the same inputs.

        Raises:
            NotFoundError: the resident has no such decision, or what it leaned on is not kept.
            LogTamperedError: the entry is not the one that was logged.
        """
        event, _ = await self.history.one(resident, index)
        if event.kind not in _DECISIONS:
            raise NotFoundError("this entry of your history is no decision")
        async with self.units() as unit:
            rules = await self._rules(unit, event)
            consent = await self._consent(unit, resident, event)
            mandate = await self._mandate(unit, resident, event)
        try:
            question = _question(resident, event, rules, consent, mandate)
        except (ValueError, InvalidInputError):
            raise NotFoundError("this decision was logged before its inputs were") from None
        recorded = tuple(str(event.fields["reasons"]).split(","))
        return Replayed(event.at, recorded, event.kind is EntryKind.PERMIT, decide(question))

    async def _rules(self, unit: Unit, event: Event) -> Policies:
        digest = bytes.fromhex(str(event.fields["policies"]))
        files = await policies.files_of(unit, digest)
        rules = self.read(files) if files is not None else None
        # INVARIANT: what lies under a digest counts only when it has that digest.
        if rules is None or not rules.knows(digest):
            raise NotFoundError("the rules of that day are not kept")
        return rules

    async def _consent(self, unit: Unit, resident: ResidentId, event: Event) -> Consent | None:
        named = entries.consent_in(event.fields)
        found = await versions.one(unit, resident, *named) if named else None
        genuine = await self.genuine.consents([found]) if found else []
        return genuine[0] if genuine else None

    async def _mandate(self, unit: Unit, resident: ResidentId, event: Event) -> Mandate | None:
        named = entries.mandate_in(event.fields)
        found = await versions.of_mandate(unit, resident, *named) if named else None
        genuine = await self.genuine.mandates([found]) if found else []
        return genuine[0] if genuine else None


def _question(
    resident: ResidentId,
    event: Event,
    rules: Policies,
    consent: Consent | None,
    mandate: Mandate | None,
) -> Question:
    """Return the question as it was put.

    Raises:
        ValueError, InvalidInputError: the entry does not say it.
    """
    said, known = event.fields, frozenset[bytes]()
    if consent is not None:
        known = known if "unknown_rules" in said else frozenset({consent.policy_digest})
        consent = entries.as_it_stood(consent, said)
    return Question(
        request=entries.request_in(said, resident, entries.recipient_in(said)),
        consent=consent,
        policies=replace(rules, earlier=known),
        now=event.at,
        circumstances=entries.circumstances_in(said),
        mandate=mandate,
    )
