"""A consent as an agreement of the Open Digital Rights Language (W3C ODRL 2.2), in JSON-LD.

For exchange alone: nothing here is ever evaluated, and no context is ever fetched.  Where
ODRL has no word the bank's own profile does, under `/ns/consents#` (`docs/consent.md`).
"""

from collections.abc import Iterator
from typing import Final

from infobank.consent.consent import Consent
from infobank.consent.terms import Terms
from infobank.vocabulary.bounds import Onward
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.canonical import Plain, instant

CONTEXT: Final = "http://www.w3.org/ns/odrl.jsonld"
PROFILE_PATH: Final = "/ns/consents"

_PREFIXES: Final[dict[str, Plain]] = {
    "dpv": "https://w3id.org/dpv#",
    "loc": "https://w3id.org/dpv/loc#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_ACTIONS: Final = {
    OutputMode.RECORDS: "odrl:read",
    OutputMode.ANSWERS: "odrl:derive",
    OutputMode.STATISTICS: "odrl:aggregate",
}
"""What each mode lets the recipient do."""

_Rules = list[Plain]


def agreement(
    consent: Consent, principal: str, controller: str, site: str, policies: Policies
) -> dict[str, Plain]:
    """Return a consent between a resident, by her name at the recipient, and the recipient.

    `controller` is the bank's identifier, `site` its public address.  A withdrawn consent is
    an agreement that permits nothing any more.
    """
    profile = f"{site}{PROFILE_PATH}"
    document: dict[str, Plain] = {
        "@context": [CONTEXT, {**_PREFIXES, "infobank": f"{profile}#"}],
        "@type": "Agreement",
        "uid": f"urn:uuid:{consent.consent_id}",
        "profile": profile,
        "infobank:version": consent.version,
        "infobank:controller": controller,
        "dpv:hasLegalBasis": {"@id": "dpv:Consent"},
        "assigner": {"@type": "Party", "uid": f"{site}{PROFILE_PATH}/residents/{principal}"},
        "assignee": {"@type": "Party", "uid": f"urn:uuid:{consent.provider}"},
    }
    rules = _Agreed(consent.terms, site, policies)
    if consent.withdrawn_at is not None:
        document["infobank:withdrawn"] = instant(consent.withdrawn_at)
        document["prohibition"] = [rules.ended(item) for item in consent.terms.items]
        return document
    document["permission"] = [*map(rules.permission, consent.terms.items), *rules.onward()]
    document["prohibition"] = list(rules.prohibitions())
    return document


class _Agreed:
    """The rules of ODRL that terms come to."""

    def __init__(self, terms: Terms, site: str, policies: Policies) -> None:
        self._terms, self._profile, self._policies = terms, f"{site}{PROFILE_PATH}", policies

    def permission(self, item: Item) -> Plain:
        """Return what may be done with an item, under which bounds and duties."""
        return {
            "target": self._target(item),
            "action": self._action(),
            "constraint": list(self._constraints()),
            "duty": list(self._duties()),
        }

    def ended(self, item: Item) -> Plain:
        """Return that an item may be used no more."""
        return {"target": self._target(item), "action": "use"}

    def onward(self) -> Iterator[Plain]:
        """Yield whether what was received may be passed on to anybody."""
        if self._terms.onward is Onward.OTHERS:
            yield {"target": self._targets(), "action": "distribute"}
        elif self._terms.onward is Onward.PROCESSORS:
            bound = _bound("recipient", "isA", {"@id": "dpv:DataProcessor"})
            yield {"target": self._targets(), "action": "distribute", "constraint": [bound]}

    def prohibitions(self) -> Iterator[Plain]:
        """Yield to whom it may not be passed on."""
        if self._terms.onward is Onward.NOBODY:
            yield {"target": self._targets(), "action": "distribute"}
        elif self._terms.onward is Onward.PROCESSORS:
            bound = _bound("recipient", "isNoneOf", {"@id": "dpv:DataProcessor"})
            yield {"target": self._targets(), "action": "distribute", "constraint": [bound]}

    def _target(self, item: Item) -> Plain:
        """Return an item as a part of its category: some fields, some days, some steps."""
        steps = item.precision.steps
        return {
            "@type": "AssetCollection",
            "source": self._category(item.category),
            "refinement": [
                _bound("infobank:field", "isAnyOf", list(item.fields)),
                _bound("infobank:observed", "gteq", _typed("date", str(item.period.first))),
                _bound("infobank:observed", "lteq", _typed("date", str(item.period.last))),
                *(_bound(f"infobank:{name}", "eq", step) for name, step in steps.items()),
            ],
        }

    def _targets(self) -> _Rules:
        return [self._category(code) for code in sorted(self._terms.categories)]

    def _category(self, code: str) -> str:
        return f"{self._profile}/categories/{code}"

    def _action(self) -> Plain:
        action, frequency = _ACTIONS[self._terms.mode], self._terms.frequency
        if frequency is None:
            return action.removeprefix("odrl:")
        bounds = [
            _bound("count", "lteq", frequency.times),
            _bound("timeInterval", "eq", _typed("duration", f"P{frequency.days}D")),
        ]
        return [{"rdf:value": {"@id": action}, "refinement": bounds}]

    def _constraints(self) -> Iterator[Plain]:
        terms = self._terms
        known = self._policies.purposes.get(terms.purpose)
        named = f"{self._profile}/purposes/{terms.purpose}"
        yield _bound("purpose", "eq", {"@id": named})
        if known is not None:
            yield _bound("purpose", "isA", {"@id": known.term})
        yield _bound("dateTime", "gteq", _typed("dateTime", instant(terms.valid_from)))
        yield _bound("dateTime", "lt", _typed("dateTime", instant(terms.valid_until)))
        if terms.most_uses is not None:
            yield _bound("count", "lteq", terms.most_uses)
        if not terms.abroad:
            yield _bound("spatial", "eq", {"@id": "loc:JP"})

    def _duties(self) -> Iterator[Plain]:
        days = _typed("duration", f"P{self._terms.retention_days}D")
        yield {"action": "delete", "constraint": [_bound("elapsedTime", "lteq", days)]}
        if self._terms.benefit.points:
            points = _bound("payAmount", "eq", self._terms.benefit.points)
            amount: dict[str, Plain] = {**points, "unit": f"{self._profile}#point"}
            paying: dict[str, Plain] = {
                "rdf:value": {"@id": "odrl:compensate"},
                "refinement": [amount],
            }
            yield {"action": [paying]}


def _bound(left: str, operator: str, right: Plain) -> dict[str, Plain]:
    return {
        "@type": "Constraint",
        "leftOperand": left,
        "operator": operator,
        "rightOperand": right,
    }


def _typed(kind: str, text: str) -> Plain:
    return {"@value": text, "@type": f"xsd:{kind}"}
