"""Give consents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from string import ascii_lowercase

from infobank.accesslog.entry import LONGEST_TEXT, Entry, EntryKind, FieldValue
from infobank.accounts.errors import ObjectedError
from infobank.consent.change import uses_under
from infobank.consent.consent import Consent
from infobank.consent.difference import difference, widens
from infobank.consent.errors import WithdrawnConsentError
from infobank.consent.terms import Terms
from infobank.db import consent as consents
from infobank.db.rights.requests import objecting
from infobank.db.unit import Unit
from infobank.entropy import Entropy, new_uuid
from infobank.errors import InvalidInputError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.genuine import Genuine
from infobank.usecases.rights.entries import by_whom
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, ProviderId, ResidentId
from infobank.vocabulary.precision import EXACT
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class GiveConsent:
    """Keep consents and log them, inside the unit of work of whatever led to them.

    Each act ends with the entry that tells of it; the caller commits both.
    """

    record: Record
    genuine: Genuine
    entropy: Entropy
    policies: Policies

    async def __call__(
        self,
        unit: Unit,
        residents: Sequence[ResidentId],
        provider: ProviderId,
        terms: Terms,
        by: GivenBy = GivenBy.SELF,
    ) -> list[Consent]:
        """Give the same terms for each resident; they begin when the terms do.

        Raises:
            ObjectedError: a resident objects to this recipient's use for this purpose.
            InvalidInputError: the purpose was retired.
        """
        await self._check(unit, residents, provider, terms)
        drawn = [
            Consent(
                consent_id=ConsentId(new_uuid(self.entropy)),
                version=1,
                resident=resident,
                provider=provider,
                terms=terms,
                given_at=terms.valid_from,
                given_by=by,
                policy_digest=self.policies.digest,
            )
            for resident in residents
        ]
        return await self.keep(unit, drawn)

    async def keep(self, unit: Unit, drawn: Sequence[Consent]) -> list[Consent]:
        """Mark consents that were drawn, keep them and log them."""
        if not drawn:
            return []
        given = await self.genuine.mark(drawn)
        await consents.add(unit, given)
        entries = (consent_entry(EntryKind.CONSENT_GIVEN, each, each.given_by) for each in given)
        await self.record(unit, *entries)
        return given

    async def anew(
        self, unit: Unit, held: Consent, terms: Terms, by: GivenBy = GivenBy.SELF
    ) -> Consent:
        """Give a consent again, on other terms: the resident's new word takes the place of her old.

        Raises:
            ObjectedError: the resident objects to this recipient's use for this purpose.
            InvalidInputError: the purpose was retired.
            WithdrawnConsentError: it was withdrawn, or changed, meanwhile.
        """
        await self._check(unit, [held.resident], held.provider, terms)
        drawn = replace(
            held,
            version=held.version + 1,
            terms=terms,
            given_at=terms.valid_from,
            given_by=by,
            policy_digest=self.policies.digest,
            mandate=None,
            uses=uses_under(held, terms),
            change=None,
        )
        (given,) = await self.genuine.mark([drawn])
        if not await consents.change(unit, given):
            raise WithdrawnConsentError("this consent has ended already")
        wider = widens(difference(held.terms, terms))
        kind = EntryKind.CONSENT_WIDENED if wider else EntryKind.CONSENT_NARROWED
        await self.record(unit, consent_entry(kind, given, by))
        return given

    async def _check(
        self, unit: Unit, residents: Sequence[ResidentId], provider: ProviderId, terms: Terms
    ) -> None:
        if self.policies.purpose(terms.purpose).retired(terms.valid_from):
            raise InvalidInputError("the purpose was retired", field="purpose")
        if await objecting(unit, list(residents), provider, terms.purpose):
            raise ObjectedError("an objection to this use stands; lift it first")


def consent_entry(
    kind: EntryKind, consent: Consent, by: GivenBy, at: datetime | None = None
) -> Entry:
    """Return the log's entry about a consent that was given, changed or withdrawn, and by whom."""
    return Entry(
        kind=kind,
        at=at or consent.withdrawn_at or consent.given_at,
        resident=consent.resident,
        shown={
            "provider": str(consent.provider),
            "purpose": consent.terms.purpose,
            "mode": consent.terms.mode.value,
            "policies": consent.policy_digest.hex(),
            **by_whom(by),
        },
        hidden={
            "consent": str(consent.consent_id),
            "version": consent.version,
            **items_fields(consent.terms),
            "until": consent.terms.valid_until.isoformat(),
            **({"mandate": str(consent.mandate)} if consent.mandate else {}),
            **dict(_bounds(consent.terms)),
        },
    )


def _bounds(terms: Terms) -> Iterator[tuple[str, FieldValue]]:
    """Yield what else bounds a consent, or was agreed to in it."""
    yield "retention_days", terms.retention_days
    yield "onward", terms.onward.value
    if terms.most_uses is not None:
        yield "most_uses", terms.most_uses
    if terms.frequency is not None:
        yield "frequency", f"{terms.frequency.times}/{terms.frequency.days}"
    if terms.abroad:
        yield "abroad", 1
    if terms.benefit.points:
        yield "points", terms.benefit.points
    if terms.explicit:
        yield "explicit", ",".join(sorted(terms.explicit))


def items_fields(terms: Terms) -> dict[str, str]:
    """Return the items of a consent as fields of an entry: one, or as many as they need.

    `items`, `items_b`, `items_c` and so on, put together in this order, are the text.
    """
    text = items_text(terms)
    parts = (text[start : start + LONGEST_TEXT] for start in range(0, len(text), LONGEST_TEXT))
    names = ("items", *(f"items_{letter}" for letter in ascii_lowercase[1:]))
    return dict(zip(names, parts, strict=False))


def items_text(terms: Terms) -> str:
    """Return the items of a consent in one line of names, days and coarser steps."""
    return "; ".join(
        f"{item.category}({','.join(item.fields)}) {item.period.first}/{item.period.last}"
        f"{'' if item.precision == EXACT else f' {item.precision}'}"
        for item in terms.items
    )
