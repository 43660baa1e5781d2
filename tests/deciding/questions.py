"""Questions drawn at random, most of them nearly permitted, many exactly at a boundary."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from deciding.invented import (
    DAY,
    DIGEST,
    EARLIER,
    FOREIGN,
    NOW,
    POLICIES,
    PROVIDERS,
    TURNS,
    WORDS,
)

from infobank.consent.consent import Consent, Uses
from infobank.consent.mandate import Conditions, Mandate
from infobank.consent.question import Circumstances, DisclosureRequest, Question, Recipient
from infobank.consent.terms import Terms
from infobank.vocabulary.benefit import NO_BENEFIT, Benefit
from infobank.vocabulary.bounds import Frequency, Onward
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import EXACT, NumberStep, PlaceStep, Precision, TimeStep
from infobank.vocabulary.standing import EVERYTHING, NOTHING, Standing

TICK = timedelta(microseconds=1)
RESIDENTS = (UUID(int=1), UUID(int=2))
MANDATE = UUID(int=31)
FIRST = date(2026, 1, 10)
FIELDS = ("count", "bare", "note")


class Draw:
    """Chance, from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - nothing is secret here

    def one(self, *choices):
        """Return one of the choices."""
        return self._random.choice(choices)

    def odd(self, share: float = 0.04) -> bool:
        """Tell whether something out of the ordinary is wanted this time."""
        return self._random.random() < share

    def usually(self, usual, *rare):
        """Return the usual, or now and then something else."""
        return self.one(*rare) if self.odd() else usual

    def some(self, choices):
        """Return some of the choices in their order, at least one."""
        found = tuple(each for each in choices if self._random.random() < 0.6)
        return found or (self.one(*choices),)

    def near(self, instant: datetime) -> datetime:
        """Return an instant at the boundary, or close to it."""
        return instant + self.one(-DAY, -TICK, timedelta(), TICK, DAY)

    def instant(self, usual: datetime, now: datetime) -> datetime:
        """Return the usual instant, or now and then one that is close to now."""
        return self.near(now) if self.odd() else usual


def questions(seed: int, count: int) -> Iterator[Question]:
    """Yield questions; the same seed always yields the same."""
    draw = Draw(seed)
    for _ in range(count):
        yield question(draw)


def question(draw: Draw) -> Question:
    """Return a question in which most things fit together."""
    now = draw.near(draw.one(*TURNS)) if draw.odd(0.1) else NOW
    request = _request(draw, now)
    consent = _consent(draw, request, now)
    mandate = None
    if consent.given_by is GivenBy.MANDATE:
        mandate = _mandate(draw, consent, request, now)
    agrees = not draw.odd(0.15)
    of_age = _of_age(draw, mandate.given_by if mandate else consent.given_by, now)
    given = Circumstances(of_age, agrees) if of_age or not agrees else Circumstances()
    asked = Question(request, consent, POLICIES, now, given, mandate)
    return replace(asked, consent=None) if draw.odd(0.01) else asked


def _request(draw: Draw, now: datetime) -> DisclosureRequest:
    purpose = draw.usually(draw.one("health", "health", "study", "old"), "unheard_of")
    code = "institute" if purpose == "study" else draw.one("service", "service", "institute")
    recipient = Recipient(
        provider=draw.one(*PROVIDERS[:2]),
        active=not draw.odd(),
        vetted_until=draw.usually(draw.instant(now + 90 * DAY, now), None),
        code=draw.usually(code, "broker", "broker", "service", "unheard_of"),
        abroad=draw.odd(0.15),
    )
    first = FIRST + draw.one(0, 1, 9) * DAY
    category = draw.one("walks", "walks", "sleep", "checkup", "power")
    fields = draw.some(FIELDS)
    return DisclosureRequest(
        resident=draw.one(*RESIDENTS),
        recipient=recipient,
        purpose=purpose,
        item=Item(
            draw.usually(category, "idle", "unheard_of"),
            draw.usually(fields, (), (*fields, "more")),
            Period(first, first + draw.one(0, 5) * DAY),
            _precision(draw),
        ),
        mode=draw.usually(draw.one(OutputMode.RECORDS, OutputMode.ANSWERS), OutputMode.STATISTICS),
    )


def _precision(draw: Draw) -> Precision:
    if draw.odd(0.6):
        return EXACT
    number = NumberStep.BAND if draw.odd(0.2) else NumberStep.EXACT
    return Precision(draw.one(*TimeStep), draw.one(*PlaceStep), number)


def _consent(draw: Draw, request: DisclosureRequest, now: datetime) -> Consent:
    mandated = draw.odd(0.2)
    usual = GivenBy.MANDATE if mandated else GivenBy.SELF
    terms = _terms(draw, request, now)
    return Consent(
        consent_id=UUID(int=21),
        version=draw.one(1, 2),
        resident=draw.usually(request.resident, *RESIDENTS),
        provider=draw.usually(request.recipient.provider, *PROVIDERS),
        terms=terms,
        given_at=terms.valid_from,
        given_by=draw.usually(usual, GivenBy.MANDATE, GivenBy.GUARDIAN),
        policy_digest=draw.usually(draw.one(DIGEST, DIGEST, EARLIER), FOREIGN),
        withdrawn_at=draw.usually(None, draw.near(now)),
        mandate=draw.usually(MANDATE if mandated else None, MANDATE),
        standing=_standing(draw, request.item.category),
        uses=_uses(draw, terms, now),
    )


def _terms(draw: Draw, request: DisclosureRequest, now: datetime) -> Terms:
    items = [_held(draw, request.item)]
    while draw.odd(0.3):
        items.insert(draw.one(0, len(items)), _held(draw, _other(draw, request.item)))
    frequency = Frequency(draw.one(1, 3), draw.one(1, 7)) if draw.odd(0.25) else None
    begun = now - draw.one(7, 14, 30) * DAY + draw.one(-TICK, timedelta(), TICK)
    first = draw.instant(begun, now)
    categories = frozenset(item.category for item in items)
    onward = draw.one(Onward.NOBODY, Onward.PROCESSORS)
    return Terms(
        purpose=draw.usually(request.purpose, "health", "study"),
        mode=draw.usually(request.mode, *OutputMode),
        items=tuple(items),
        valid_from=first,
        valid_until=max(draw.instant(now + 30 * DAY, now), first + TICK),
        retention_days=draw.one(0, 30),
        most_uses=draw.one(1, 5) if draw.odd(0.25) else None,
        frequency=frequency,
        onward=draw.usually(onward, Onward.OTHERS, Onward.OTHERS),
        abroad=request.recipient.abroad and not draw.odd(0.3),
        benefit=draw.usually(
            draw.one(Benefit(3), Benefit(1, WORDS), Benefit(0, WORDS)), NO_BENEFIT
        ),
        explicit=frozenset(each for each in categories if not draw.odd(0.1)),
    )


def _held(draw: Draw, wanted: Item) -> Item:
    """Return an item that usually holds what is wanted, often just so."""
    fields = tuple(name for name in FIELDS if name in wanted.fields or draw.odd(0.5))
    first = wanted.period.first + draw.usually(draw.one(-1, 0), 1) * DAY
    last = wanted.period.last + draw.usually(draw.one(0, 1), -1) * DAY
    return Item(
        draw.usually(wanted.category, "sleep"),
        draw.usually(fields, fields[1:]) or wanted.fields or ("count",),
        Period(first, max(first, last)),
        draw.usually(draw.one(EXACT, wanted.precision), _precision(draw), _precision(draw)),
    )


def _other(draw: Draw, wanted: Item) -> Item:
    """Return an item beside the one that is wanted: of another kind, or coarser."""
    if draw.odd(0.5):
        return replace(wanted, category=draw.one("walks", "sleep", "checkup"))
    return replace(wanted, precision=_precision(draw))


def _uses(draw: Draw, terms: Terms, now: datetime) -> Uses:
    most, frequency = terms.most_uses or 9, terms.frequency
    running = frequency.stretch(terms.valid_from, now) if frequency else 0
    times = frequency.times if frequency else 1
    return Uses(
        total=draw.one(0, most - 1, most - 1, *((most, most + 1) if draw.odd(0.3) else ())),
        stretch=running + draw.one(-1, 0, 0, 1),
        recent=draw.one(0, times - 1, times),
    )


def _standing(draw: Draw, category: str) -> Standing:
    if not draw.odd(0.15):
        return NOTHING
    frozen = frozenset({draw.one(category, EVERYTHING, "idle", "idle")})
    return Standing(draw.one(frozen, frozenset()), objected=draw.odd(0.4))


def _of_age(draw: Draw, word: GivenBy, now: datetime) -> datetime | None:
    if word is GivenBy.GUARDIAN and not draw.odd(0.3):
        return now + draw.one(TICK, 900 * DAY, 900 * DAY, timedelta(), -DAY)
    return draw.near(now) if draw.odd(0.05) else None


def _mandate(
    draw: Draw, consent: Consent, request: DisclosureRequest, now: datetime
) -> Mandate | None:
    """Return the condition a consent names: it usually admits it, often just so."""
    terms = consent.terms
    purpose = POLICIES.purposes.get(terms.purpose)
    group = purpose.group if purpose else "care"
    first = draw.instant(now - draw.one(1, 20) * DAY, now)
    wide = frozenset({"walks", "sleep", "checkup", "power"})
    return draw.usually(
        Mandate(
            mandate_id=draw.usually(MANDATE, UUID(int=32)),
            version=1,
            resident=draw.usually(consent.resident, *RESIDENTS),
            conditions=Conditions(
                group=draw.usually(group, "care", "science"),
                classes=frozenset({draw.usually(request.recipient.code, "broker")}),
                categories=draw.usually(draw.one(terms.categories, wide), frozenset({"walks"})),
                mode=draw.usually(terms.mode, *OutputMode),
                least_points=draw.usually(terms.benefit.points, 0, 3, 9),
            ),
            valid_from=first,
            valid_until=max(draw.instant(now + 30 * DAY, now), first + TICK),
            given_by=draw.one(GivenBy.SELF, GivenBy.SELF, GivenBy.GUARDIAN),
            policy_digest=DIGEST,
            stopped_at=draw.usually(None, draw.near(now)),
        ),
        None,
    )
