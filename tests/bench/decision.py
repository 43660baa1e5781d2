"""One decision over many consents, with Cedar's time for the same questions beside it."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from uuid import uuid4

from deciding.cedar import Cedar, request_of
from deciding.invented import DAY, NOW, POLICIES
from deciding.questions import Draw, question
from ground import Ground
from table import Line, quantile

from infobank.consent.decision import decide
from infobank.consent.question import ADULT_ALONE, Question
from infobank.vocabulary.precision import EXACT
from infobank.vocabulary.standing import NOTHING

CONSENTS = 100_000
CEDARS = 2_000


def measure(_: Ground) -> Iterator[Line]:
    """Decide once about each of many consents: permitted, and refused with all reasons."""
    plain, cedar = _plain(), Cedar(POLICIES)
    for name, purpose, aim in (("permit", plain.request.purpose, 2), ("deny", "unheard_of", 20)):
        asked = [_about_another(plain, purpose) for _ in range(CONSENTS)]
        assert decide(asked[0]).permitted == (name == "permit")
        taken = _each(decide, asked)
        p50, p99 = (quantile(taken, share) / 1000 for share in (0.5, 0.99))
        note = f"p99 {p99:.1f} µs, over {CONSENTS:,} consents; design: {aim}"
        yield Line(f"decide, {name}", p50, "µs, median", note)
        requests = [request_of(each, POLICIES.board) for each in asked[:CEDARS]]
        p50 = quantile(_each(cedar.ask, requests), 0.5) / 1000
        yield Line(f"Cedar, {name}", p50, "µs, median", f"over {CEDARS:,} of them")


def _each(act: Callable[..., object], asked: Sequence[object]) -> list[int]:
    taken = []
    for each in asked:
        begun = time.perf_counter_ns()
        act(each)
        taken.append(time.perf_counter_ns() - begun)
    return sorted(taken)


def _plain() -> Question:
    """Return a question as most are: one resident's own word, nothing counted, nothing stopped."""
    draw = Draw(1)
    while True:
        drawn = replace(question(draw), now=NOW, circumstances=ADULT_ALONE, mandate=None)
        consent = drawn.consent
        if (
            consent is not None
            and consent.standing is NOTHING
            and consent.mandate is None
            and len(consent.terms.items) == 1
            and not drawn.request.recipient.abroad
            and not consent.terms.counted
            and drawn.request.item.precision is EXACT
            and drawn.request.purpose == "health"
            and drawn.request.item.category == "walks"
            and decide(drawn).permitted
        ):
            return drawn


def _about_another(plain: Question, purpose: str) -> Question:
    """Return the same about another resident's consent to another recipient."""
    resident, provider = uuid4(), uuid4()
    recipient = replace(plain.request.recipient, provider=provider, vetted_until=plain.now + DAY)
    request = replace(plain.request, resident=resident, recipient=recipient, purpose=purpose)
    consent = replace(
        plain.consent,
        consent_id=uuid4(),
        resident=resident,
        provider=provider,
        terms=replace(plain.consent.terms),
    )
    return replace(plain, request=request, consent=consent)
