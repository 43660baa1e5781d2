"""What the log keeps of a decision, and what a decision was made from, read out of it again."""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, replace
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind, FieldValue
from infobank.consent.consent import Consent, Uses
from infobank.consent.decision import Decision
from infobank.consent.question import Circumstances, DisclosureRequest, Question, Recipient
from infobank.vocabulary.identifiers import ConsentId, MandateId, ProviderId, ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import precision_of
from infobank.vocabulary.standing import NOTHING, Standing

Said: TypeAlias = Mapping[str, FieldValue]
"""The fields of an entry, shown and hidden, by name."""


def decision_entry(request_id: UUID, question: Question, decision: Decision) -> Entry:
    """Return the log's entry about a decision; a permit's entry is the disclosure's record.

    It names everything the decision was made from: with the consent's version and the rules
    of the day it can be made again.
    """
    request = question.request
    item = request.item
    return Entry(
        kind=EntryKind.PERMIT if decision.permitted else EntryKind.REFUSAL,
        at=question.now,
        resident=request.resident,
        shown={
            "request": str(request_id),
            "provider": str(request.recipient.provider),
            "purpose": request.purpose,
            "mode": request.mode.value,
            "category": item.category,
            "fields": ",".join(item.fields),
            "first": item.period.first.isoformat(),
            "last": item.period.last.isoformat(),
            "precision": str(item.precision),
            "reasons": ",".join(decision.reasons),
            "policies": decision.policy_digest.hex(),
            **({"inquiry": request.asked} if request.asked else {}),
        },
        hidden={
            "consent": str(decision.consent_id or ""),
            "version": decision.consent_version,
            "obligations": ",".join(
                f"{duty.name}={duty.parameter}" for duty in decision.obligations
            ),
            **dict(_seen(question)),
        },
    )


def _seen(question: Question) -> Iterator[tuple[str, FieldValue]]:
    """Yield what else a decision looked at; what is as it is for most is left out."""
    recipient, consent = question.request.recipient, question.consent
    yield "recipient", recipient.code
    if recipient.vetted_until is not None:
        yield "vetted_until", recipient.vetted_until.isoformat()
    if not recipient.active:
        yield "inactive", 1
    if recipient.abroad:
        yield "abroad", 1
    of_age = question.circumstances.of_age_from
    if of_age is not None:
        yield "of_age_from", of_age.isoformat()
    if not question.circumstances.household_agrees:
        yield "household_disagrees", 1
    if consent is not None:
        yield from _seen_with(consent)
        if not question.policies.knows(consent.policy_digest):
            yield "unknown_rules", 1
    if question.mandate is not None:
        yield "mandate", str(question.mandate.mandate_id)
        yield "mandate_version", question.mandate.version


def _seen_with(consent: Consent) -> Iterator[tuple[str, FieldValue]]:
    """Yield what stands beside a consent and is in none of its versions."""
    if consent.terms.counted:
        yield "uses", "/".join(map(str, astuple(consent.uses)))
    if consent.standing is not NOTHING:
        yield "frozen", ",".join(sorted(consent.standing.frozen))
        yield "objected", int(consent.standing.objected)


def request_in(said: Said, resident: ResidentId, recipient: Recipient) -> DisclosureRequest:
    """Return the request that was decided.

    Raises:
        ValueError, InvalidInputError: the fields do not say one.
    """
    time, place, number = _text(said, "precision").split("/")
    first, last = (date.fromisoformat(_text(said, name)) for name in ("first", "last"))
    item = Item(
        _text(said, "category"),
        tuple(filter(None, _text(said, "fields").split(","))),
        Period(first, last),
        precision_of(time, place, number),
    )
    mode = OutputMode(_text(said, "mode"))
    return DisclosureRequest(
        resident, recipient, _text(said, "purpose"), item, mode, _text(said, "inquiry")
    )


def recipient_in(said: Said) -> Recipient:
    """Return who asked, as the bank knew it then.

    Raises:
        ValueError: the fields do not say it.
    """
    if "recipient" not in said:
        raise ValueError("recipient")
    return Recipient(
        provider=ProviderId(UUID(_text(said, "provider"))),
        active="inactive" not in said,
        vetted_until=_instant(said, "vetted_until"),
        code=_text(said, "recipient"),
        abroad="abroad" in said,
    )


def circumstances_in(said: Said) -> Circumstances:
    """Return what was known of the resident."""
    return Circumstances(_instant(said, "of_age_from"), "household_disagrees" not in said)


def consent_in(said: Said) -> tuple[ConsentId, int] | None:
    """Return the consent and the version of it that were looked at, if there was one."""
    text = _text(said, "consent")
    return (ConsentId(UUID(text)), int(said["version"])) if text else None


def mandate_in(said: Said) -> tuple[MandateId, int] | None:
    """Return the mandate and the version of it that were looked at, if there was one."""
    text = _text(said, "mandate")
    return (MandateId(UUID(text)), int(said["mandate_version"])) if text else None


def as_it_stood(consent: Consent, said: Said) -> Consent:
    """Return a version of a consent with what stood beside it then."""
    uses = Uses(*map(int, _text(said, "uses").split("/"))) if "uses" in said else consent.uses
    standing = NOTHING
    if "frozen" in said:
        frozen = frozenset(filter(None, _text(said, "frozen").split(",")))
        standing = Standing(frozen, bool(said["objected"]))
    return replace(consent, uses=uses, standing=standing)


def _text(said: Said, name: str) -> str:
    return str(said.get(name, ""))


def _instant(said: Said, name: str) -> datetime | None:
    return datetime.fromisoformat(_text(said, name)) if name in said else None
