"""Decide with Cedar: turn a question into entities and a context, and run `policies/consent.cedar`.

Nothing here compares anything: it only says in Cedar's terms what a question holds.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from uuid import UUID

import cedarpy

from infobank.consent.consent import Consent
from infobank.consent.mandate import Mandate
from infobank.consent.question import Question
from infobank.vocabulary.category import Category, FieldType
from infobank.vocabulary.item import Item
from infobank.vocabulary.precision import Precision
from infobank.vocabulary.rules.board import BoardDecision
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.standing import EVERYTHING

FOLDER = Path(__file__).parent.parent.parent / "policies"
RULES, SCHEMA = FOLDER / "consent.cedar", FOLDER / "consent.cedarschema"

EVIDENCE = frozenset({"board_not_approved", "item_not_covered", "precision_too_fine"})
"""Rules that ask whether there is one item, or one decision of the board, that allows it."""

TICK = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Cedar:
    """Decide against one set of rules; what can be parsed once is parsed here."""

    def __init__(self, policies: Policies) -> None:
        self._rules = cedarpy.PolicySet.from_str(RULES.read_text("utf-8"))
        self._schema = cedarpy.Schema.from_str(SCHEMA.read_text("utf-8"))
        self._board = [_ref("Approval", each.code) for each in policies.board]
        entities = json.dumps(list(_entities(policies)))
        self._entities = cedarpy.Entities.from_json_str(entities, self._schema)

    def refusing(self, question: Question) -> frozenset[str]:
        """Return the names of all rules that refuse; empty for a permit.

        Each piece of evidence is shown in turn, until one satisfies.
        """
        request = _request(question)
        items = question.consent.terms.items if question.consent else ()
        found: list[frozenset[str]] = []
        for held, approval in zip_longest(map(_item, items), self._board):
            evidence = {"held": held, "approval": approval}
            context = {**request["context"], **_present(evidence)}
            found.append(self.ask({**request, "context": context}))
            if not found[-1] & EVIDENCE:
                return found[-1]
        return _nearest(found)

    def ask(self, request: dict[str, object]) -> frozenset[str]:
        """Return the rules that forbid one request of Cedar."""
        (answer,) = cedarpy.is_authorized_batch([request], self._rules, self._entities)
        assert not answer.diagnostics.errors, answer.diagnostics.errors
        names = frozenset(answer.diagnostics.id_annotations_by_reason.values())
        if answer.decision is cedarpy.Decision.Allow:
            assert names == {"consent_covers_request"}
            return frozenset()
        return names


def _nearest(found: list[frozenset[str]]) -> frozenset[str]:
    """Return what refuses whichever piece of evidence is shown."""
    (rest,) = {names - EVIDENCE for names in found}
    spanning = [names for names in found if "item_not_covered" not in names]
    refused = frozenset.intersection(*found) - {"precision_too_fine"}
    if all("precision_too_fine" in names for names in spanning or found):
        refused |= {"precision_too_fine"}
    return rest | refused


def request_of(question: Question, board: tuple[BoardDecision, ...]) -> dict[str, object]:
    """Return a whole request with the first piece of evidence, for measuring."""
    request = _request(question)
    items = question.consent.terms.items if question.consent else ()
    evidence = {
        "held": _item(items[0]) if items else None,
        "approval": _ref("Approval", board[0].code) if board else None,
    }
    return {**request, "context": {**request["context"], **_present(evidence)}}


def _request(question: Question) -> dict[str, object]:
    request, recipient = question.request, question.request.recipient
    item, circumstances = request.item, question.circumstances
    context = {
        "now": _ticks(question.now),
        "resident": str(request.resident),
        "purpose": _ref("Purpose", request.purpose),
        "mode": request.mode.value,
        "fields": list(item.fields),
        "first": item.period.first.toordinal(),
        "last": item.period.last.toordinal(),
        "steps": _steps(item.precision),
        "active": recipient.active,
        "vetted_until": _ticks(recipient.vetted_until),
        "class": _ref("Class", recipient.code),
        "abroad": recipient.abroad,
        "household_agrees": circumstances.household_agrees,
        "of_age_from": _ticks(circumstances.of_age_from),
        "consent": _consent(question.consent) if question.consent else None,
        "condition": _condition(question.mandate) if question.mandate else None,
    }
    return {
        "principal": _uid("Provider", recipient.provider),
        "action": _uid("Action", "receive"),
        "resource": _uid("Category", item.category),
        "context": _present(context),
    }


def _consent(consent: Consent) -> dict[str, object]:
    terms, uses, standing = consent.terms, consent.uses, consent.standing
    frequency = terms.frequency
    return _present(
        {
            "resident": str(consent.resident),
            "provider": _ref("Provider", consent.provider),
            "digest": consent.policy_digest.hex(),
            "withdrawn": consent.withdrawn_at is not None,
            "from": _ticks(terms.valid_from),
            "until": _ticks(terms.valid_until),
            "purpose": _ref("Purpose", terms.purpose),
            "mode": terms.mode.value,
            "categories": [_ref("Category", item.category) for item in terms.items],
            "explicit": _refs("Category", terms.explicit),
            "onward": terms.onward.value,
            "abroad": terms.abroad,
            "points": terms.benefit.points,
            "promised": terms.benefit.words is not None,
            "given_by": consent.given_by.value,
            "most_uses": terms.most_uses,
            "used": uses.total,
            "frequency": frequency
            and {"times": frequency.times, "length": timedelta(days=frequency.days) // TICK},
            "stretch": uses.stretch,
            "recent": uses.recent,
            "mandate": consent.mandate and str(consent.mandate),
            "frozen": _refs("Category", standing.frozen - {EVERYTHING}),
            "everything_frozen": EVERYTHING in standing.frozen,
            "objected": standing.objected,
        }
    )


def _condition(mandate: Mandate) -> dict[str, object]:
    conditions = mandate.conditions
    return {
        "mandate": str(mandate.mandate_id),
        "resident": str(mandate.resident),
        "group": conditions.group,
        "classes": _refs("Class", conditions.classes),
        "categories": _refs("Category", conditions.categories),
        "mode": conditions.mode.value,
        "points": conditions.least_points,
        "from": _ticks(mandate.valid_from),
        "until": _ticks(mandate.valid_until),
        "given_by": mandate.given_by.value,
        "stopped": mandate.stopped_at is not None,
    }


def _approval(decision: BoardDecision) -> dict[str, object]:
    return {
        "classes": _refs("Class", decision.classes),
        "providers": _refs("Provider", decision.providers),
        "purposes": _refs("Purpose", decision.purposes),
        "categories": _refs("Category", decision.categories),
        "modes": sorted(mode.value for mode in decision.modes),
        "from": _ticks(decision.valid_from),
        "until": _ticks(decision.valid_until),
    }


def _item(item: Item) -> dict[str, object]:
    return {
        "category": _ref("Category", item.category),
        "fields": list(item.fields),
        "first": item.period.first.toordinal(),
        "last": item.period.last.toordinal(),
        "steps": _steps(item.precision),
    }


def _entities(policies: Policies) -> Iterator[dict[str, object]]:
    """Yield the rules of the day: everything that is known is in the bank."""
    categories = policies.categories
    ordinary = [code for code, category in categories.items() if not category.special_care]
    digests = [each.hex() for each in (policies.digest, *policies.earlier)]
    yield _entity("Bank", "here", {"digests": digests, "ordinary": _refs("Category", ordinary)})
    for code, category in categories.items():
        yield _entity("Category", code, _category(category), _uid("Bank", "here"))
    for code, purpose in policies.purposes.items():
        attributes = {
            "group": purpose.group,
            "modes": [mode.value for mode in purpose.modes],
            "categories": _refs("Category", purpose.categories),
            "board": purpose.board,
            "retired_at": _ticks(purpose.retired_at),
        }
        yield _entity("Purpose", code, attributes, _uid("Bank", "here"))
    for code, recipient in policies.recipients.items():
        passes_on = {"passes_on": recipient.passes_on}
        yield _entity("Class", code, passes_on, _uid("Bank", "here"))
    for decision in policies.board:
        yield _entity("Approval", decision.code, _approval(decision))


def _category(category: Category) -> dict[str, object]:
    return {
        "fields": [field.name for field in category.fields],
        "bandless": [
            field.name
            for field in category.fields
            if field.type is FieldType.NUMBER and field.band == 0
        ],
        "special_care": category.special_care,
        "household": category.household,
    }


def _entity(kind: str, name: str, attributes: dict[str, object], *parents: object):
    uid = _uid(kind, name)
    return {"uid": uid, "attrs": _present(attributes), "parents": list(parents)}


def _steps(precision: Precision) -> dict[str, int]:
    return {
        "time": {"minute": 0, "day": 1, "month": 2}[precision.time.value],
        "place": {"exact": 0, "mesh": 1, "municipality": 2}[precision.place.value],
        "number": {"exact": 0, "band": 1}[precision.number.value],
    }


def _uid(kind: str, name: str | UUID) -> dict[str, str]:
    return {"type": kind, "id": str(name)}


def _ref(kind: str, name: str | UUID) -> dict[str, object]:
    return {"__entity": _uid(kind, name)}


def _refs(kind: str, names) -> list[dict[str, object]]:
    return [_ref(kind, name) for name in sorted(map(str, names))]


def _ticks(instant: datetime | None) -> int | None:
    return None if instant is None else (instant - EPOCH) // TICK


def _present(document: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in document.items() if value is not None}
