"""Values for the pages of requests, consents, mandates and who can see what."""

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta

from portal_examples.residents import (
    ACTIVITY,
    HEALTHY,
    HOLDINGS,
    NOW,
    POWER,
    QUARTER,
    STEPS,
    TODAY,
    WAITING,
    WALK,
    both,
    card,
    terms,
    uuid,
)

from infobank.consent.consent import ConsentState
from infobank.consent.ending.notice import NoticeState
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.text.language import Language
from infobank.web.portal.views.resident.consents import (
    ConsentPage,
    ConsentsPage,
    Ending,
    Meant,
    NarrowPage,
    ReceiptLine,
    ReceiptPage,
    Sought,
    Stopping,
    VersionLine,
    VersionsPage,
    Way,
    WithdrawalsPage,
    WithdrawnPage,
    WithdrawPage,
)
from infobank.web.portal.views.resident.home import Column, RecordRow
from infobank.web.portal.views.resident.mandates import (
    ConditionsWords,
    Covered,
    GivenUnder,
    MandateCard,
    MandateNarrowPage,
    MandateNewPage,
    MandatePage,
    MandatesPage,
    MandateStopPage,
    Step,
)
from infobank.web.portal.views.resident.narrowing import (
    Bound,
    Fault,
    Ladder,
    NarrowerItem,
    NarrowingForm,
    Tick,
)
from infobank.web.portal.views.resident.preview import (
    AnswerPreview,
    ItemPreview,
    RequestPreviewPage,
)
from infobank.web.portal.views.resident.requests import (
    AskedField,
    AskedItem,
    ConfirmPage,
    CounterPage,
    Gone,
    RequestFault,
    RequestPage,
    WaitingPage,
)
from infobank.web.portal.views.resident.sights import (
    FieldChoice,
    SeenCategory,
    SightLine,
    WhoCanSeeCategoryPage,
    WhoCanSeePage,
)
from infobank.web.portal.views.resident.terms import Board, ChangedTerm, Said
from infobank.web.portal.views.shared import Certificate, ItemWords, Paging

Shown = tuple[str, str, str, object]

LIVE, GONE = ConsentState.LIVE, ConsentState.WITHDRAWN
DISTANCE = both("距離", "Distance")
PRECISION = (both("数値はそのまま", "Numbers as they are"),)
ITEM = ItemWords(ACTIVITY, (STEPS, DISTANCE), QUARTER, precision=PRECISION)
EVIL = both("<script>alert(1)</script>\u202e", "<script>alert(1)</script>\u202e")
THEN = both("その時から、何も渡しません。", "From that moment nothing more is released.")
FIRST = Paging(1, 1, 2)
CHANGES = (
    ChangedTerm(
        both("渡すもの", "What is released"),
        (Said(STEPS),),
        (Said(STEPS), Said(DISTANCE)),
        widens=True,
        category=ACTIVITY,
    ),
    ChangedTerm(
        both("いつまで", "Until"), (Said(day=TODAY),), (Said(period=QUARTER),), widens=False
    ),
    ChangedTerm(both("特に", "Explicit"), (), (), widens=False),
)
ENDING = Ending(THEN, both("消してもらいます。", "They must delete it."))


def asked(*, chosen: bool | None, missing: bool) -> tuple[AskedItem, ...]:
    fields = (
        AskedField("share.0.steps", STEPS, "", chosen=chosen),
        AskedField("share.0.distance", DISTANCE, "km", missing=missing),
        AskedField(
            "share.0.very_active_minutes",
            both("活発に動いた時間", "Very active time"),
            "min",
            missing=missing,
        ),
    )
    pressure = AskedField(
        "share.1.systolic",
        both("最高血圧", "Systolic pressure"),
        "mmHg",
        chosen=False if missing else None,
    )
    return (
        AskedItem(ACTIVITY, HOLDINGS[0].description, QUARTER, fields, precision=PRECISION),
        AskedItem(
            HOLDINGS[2].label, HOLDINGS[2].description, QUARTER, (pressure,), special_care=True
        ),
    )


def asking(fault: RequestFault | None = None, *, chosen: bool | None = None) -> RequestPage:
    own = both(
        "毎週、あなたに合った歩数の目標をお送りします。<b>無料</b>です。",
        "We send you a weekly step goal that suits you. It is <b>free</b>.",
    )
    items = asked(chosen=chosen, missing=fault is not None)
    return RequestPage(str(uuid(7)), terms(WALK), items, date(2026, 10, 30), own, fault)


def renewing() -> RequestPage:
    recipient = dataclasses.replace(
        WALK,
        name=EVIL,
        kind=both("サービス", "Service"),
        about=EVIL,
        certificates=(Certificate(both("安全", "Security"), TODAY, lapsed=True),),
        abroad=True,
    )
    page = asking()
    boarded = dataclasses.replace(
        page.terms,
        recipient=recipient,
        needs_board=True,
        profiling=True,
        board=Board(EVIL, TODAY, "https://infobank.example/board/1"),
    )
    special = dataclasses.replace(
        page.items[1], explicit=AskedField("explicit.health_check", HOLDINGS[2].label)
    )
    return dataclasses.replace(
        page,
        terms=boarded,
        items=(page.items[0], special),
        changes=CHANGES,
        widening=THEN,
        offered=True,
        own_words=EVIL,
    )


def narrowing(*faults: Fault) -> NarrowingForm:
    tick = Tick("stop.0.steps", "stop", STEPS, ticked=bool(faults))
    steps = tuple(
        Tick("step.0.number", code, both(code, code), ticked=code == "exact")
        for code in ("exact", "band")
    )
    ladder = Ladder("step.0.number", both("数値の細かさ", "Numbers"), steps)
    bounds = (
        Bound(
            "until", both("いつまで", "Until"), Said(day=TODAY), "day", '"><script>', *_last(faults)
        ),
        Bound("most_uses", both("回数", "Uses"), Said(both("上限なし", "No bound")), "number"),
    )
    days = tuple(
        Bound(f"{name}.0", both(name, name), Said(day=TODAY), "day_within", "", *_last(faults))
        for name in ("first", "last")
    )
    item = NarrowerItem(ACTIVITY, QUARTER, True, (tick,), (ladder,), days)
    return NarrowingForm((item,), bounds, faults=faults)


def _last(faults: tuple[Fault, ...]) -> tuple[object, ...]:
    return tuple(fault.words for fault in faults)[:1]


def request_pages() -> Iterator[Shown]:
    """Yield every page about requests."""
    choice, nothing = RequestFault.CHOICE_MISSING, RequestFault.NOTHING_SHARED
    here = "/requests/7"
    yield "request", "request", here, asking()
    yield "request_fault", "request", here, asking(choice, chosen=True)
    yield "request_nothing", "request", here, asking(nothing, chosen=False)
    yield "request_renewing", "request", here, renewing()
    unchanged = dataclasses.replace(renewing(), changes=(), offered=False)
    unapproved = dataclasses.replace(unchanged.terms, board=None)
    yield "request_same", "request", here, dataclasses.replace(unchanged, terms=unapproved)
    choices = (("share.0.steps", "yes"), ("explicit.health_check", "yes"))
    sure = ConfirmPage("7", WALK, HEALTHY, (ITEM,), (HOLDINGS[2].label,), choices)
    yield "request_confirm", "request_confirm", here, sure
    wider = dataclasses.replace(sure, special=(), changes=CHANGES[:1], widening=THEN)
    yield "request_confirm_wider", "request_confirm", here, wider
    yield (
        "request_counter",
        "request_counter",
        f"{here}/counter",
        CounterPage(
            "7", terms(WALK), narrowing(), (AskedField("explicit.health_check", ACTIVITY),)
        ),
    )
    fault = Fault("until", EVIL)
    yield (
        "request_counter_fault",
        "request_counter",
        f"{here}/counter",
        CounterPage("7", terms(WALK), narrowing(fault)),
    )
    yield from ((f"request_preview_{n}", *shown) for n, shown in enumerate(preview_pages()))
    yield "waiting", "waiting", "/requests", WaitingPage((WAITING,))
    yield from ((f"waiting_{gone}", "waiting", "/requests", WaitingPage((), gone)) for gone in Gone)
    marked = dataclasses.replace(WAITING, offered=True, renews=True)
    yield "waiting_marked", "waiting", "/requests", WaitingPage((marked,))


def preview_pages() -> Iterator[tuple[str, str, object]]:
    """Yield what would leave, for each form."""
    columns = (Column(STEPS, "steps", numeric=True), Column(DISTANCE, "km", numeric=True))
    row = RecordRow(TODAY, (both("8,000", "8,000"), EVIL), "08:15")
    item = ItemPreview(ACTIVITY, QUARTER, 90, columns, (row,), PRECISION, (EVIL,))
    empty = ItemPreview(ACTIVITY, QUARTER, 0, columns, (), dated=False)
    monthly = dataclasses.replace(item, by_month=True)
    place, choices = "/requests/7/preview", (("share.0.steps", "yes"),)
    page = RequestPreviewPage("7", WALK, OutputMode.RECORDS, (item, empty, monthly))
    yield "request_preview", place, dataclasses.replace(page, kept=(ACTIVITY,), choices=choices)
    answer = AnswerPreview(EVIL, HEALTHY, 6, "months", both("はい", "Yes"))
    answers = dataclasses.replace(page, mode=OutputMode.ANSWERS, items=(), answers=(answer,))
    yield "request_preview", place, answers
    yield "request_preview", place, dataclasses.replace(answers, answers=(), everything=True)
    yield "request_preview", place, dataclasses.replace(answers, mode=OutputMode.STATISTICS)


def consent_pages() -> Iterator[Shown]:
    """Yield every page about consents."""
    one, two = card(1, WALK, LIVE), card(2, POWER, GONE)
    by_mandate = dataclasses.replace(
        card(2, dataclasses.replace(WALK, name=EVIL), ConsentState.WAITING),
        given_by=GivenBy.MANDATE,
        mandate=str(uuid(9)),
        starts_at=NOW,
        consent=one.consent.__class__(int=5),
    )
    both_live = ConsentsPage(
        (one, by_mandate), Paging(2, 3, 23), 23, 2, Sought("<b>", "live"), others=(two,)
    )
    yield "consents", "consents", "/consents", ConsentsPage((one, two), FIRST, 2, 1)
    yield "consents_empty", "consents", "/consents", ConsentsPage((), Paging(1, 1, 0), 0, 0)
    yield "consents_sought", "consents", "/consents?page=2", both_live
    nothing = ConsentsPage((), Paging(1, 1, 0), 2, 0, withdrawn=True)
    yield "consents_nothing", "consents", "/consents", nothing
    ways = tuple(ways_of())
    yield "consent", "consent", "/consents/1", ConsentPage(one)
    yield "consent_narrowed", "consent", "/consents/1", ConsentPage(by_mandate, ways, narrowed=True)
    yield "consent_ended", "consent", "/consents/2", ConsentPage(two)
    yield "narrow", "narrow", "/consents/1/narrow", NarrowPage(one, narrowing(), THEN)
    wrong = NarrowPage(one, narrowing(Fault("until", EVIL)), THEN, "keep")
    yield "narrow_fault", "narrow", "/consents/1/narrow", wrong
    line = VersionLine(2, NOW, both("広げた", "Widened"), both("本人", "the resident"), CHANGES)
    yield "versions", "versions", "/consents/1/versions", VersionsPage(one, (line,))
    stops = (Stopping(ITEM, still=True),)
    yield "withdraw", "withdraw", "/consents/1/withdraw", WithdrawPage(one, stops, ENDING)
    faulty = WithdrawPage(one, (), dataclasses.replace(ENDING, fault=True))
    yield "withdraw_fault", "withdraw", "/consents/1/withdraw", faulty
    yield "withdrawn", "withdrawn", "/consents/2/withdrawn", WithdrawnPage(two, "9", ways)
    yield "withdrawn_unused", "withdrawn", "/consents/2/withdrawn", WithdrawnPage(two)
    meant = (Meant("/withdrawals?provider=1", EVIL, 2),)
    yield "withdraw_many", "withdraw_many", "/withdrawals", WithdrawalsPage(meant, meant, meant, 2)
    yield "withdraw_many_none", "withdraw_many", "/withdrawals", WithdrawalsPage()
    confirm = WithdrawalsPage(
        scope=(("category", "daily_activity"),), what=EVIL, cards=(one,), some=True, ending=ENDING
    )
    yield "withdraw_many_confirm", "withdraw_many", "/withdrawals", confirm
    again = dataclasses.replace(confirm, ending=dataclasses.replace(ENDING, fault=True), what=None)
    yield "withdraw_many_fault", "withdraw_many", "/withdrawals", again
    said = ReceiptLine("つうち <b>", ("はい & いいえ", "二行目"))
    title = "「はい」と 答えた しるし"
    receipt = ReceiptPage(one.consent, Language.EASY, title, (said,), (said, said), (said,))
    yield "receipt", "receipt", "/consents/1/receipt", receipt


def ways_of() -> Iterator[Way]:
    """Yield a notice in each state, asked to be deleted or not."""
    later = NOW + timedelta(days=30)
    for state in NoticeState:
        answered = NOW if state in {NoticeState.ACKNOWLEDGED, NoticeState.DELETED} else None
        gone = NOW if state is NoticeState.DELETED else None
        yield Way(state, True, NOW, later, NOW, answered, gone, gone, items=(ITEM,))
        yield Way(state, False, NOW, later, None, answered, None, None, TODAY)


def sight_pages() -> Iterator[Shown]:
    """Yield the pages about who can see what."""
    seen = (SeenCategory("daily_activity", ACTIVITY, 2), SeenCategory("x", EVIL, 0, True))
    yield "who_can_see", "who_can_see", "/who-can-see", WhoCanSeePage(seen)
    line = SightLine("1", WALK, HEALTHY, OutputMode.RECORDS, THEN, ITEM, NOW, TODAY, (EVIL, THEN))
    steps = FieldChoice("steps", STEPS, current=True)
    place, name = "/who-can-see/daily_activity", "who_can_see_category"
    now = WhoCanSeeCategoryPage("daily_activity", ACTIVITY, (line,), (steps,))
    yield name, name, place, now
    then = dataclasses.replace(now, field=steps, on=TODAY, typed="2026/9/30")
    yield f"{name}_then", name, place, then
    ill = dataclasses.replace(now, lines=(), typed='"><script>', fault=EVIL)
    yield f"{name}_fault", name, place, ill


def mandate_pages() -> Iterator[Shown]:
    """Yield every page about mandates."""
    words = ConditionsWords(HEALTHY, (EVIL,), (ACTIVITY,), THEN, 3, TODAY)
    covered = Covered(WALK, ((HEALTHY, (ACTIVITY,)),))
    waits = GivenUnder("1", WALK, HEALTHY, NOW, NOW, 23)
    begun = GivenUnder("2", WALK, HEALTHY, NOW, NOW, 0)
    live = MandateCard(str(uuid(9)), words, True, NOW, THEN, None, (covered,), (waits, begun))
    fresh = dataclasses.replace(live, given=(), covers=())
    over = dataclasses.replace(fresh, mandate=str(uuid(8)), live=False, stopped_at=NOW)
    free = dataclasses.replace(over, words=dataclasses.replace(words, points=0))
    yield "mandates", "mandates", "/mandates", MandatesPage((live, over), minor=True)
    yield "mandates_none", "mandates", "/mandates", MandatesPage(())
    yield "mandate", "mandate", "/mandates/9", MandatePage(live, "given")
    yield "mandate_fresh", "mandate", "/mandates/9", MandatePage(fresh, "narrowed")
    yield "mandate_over", "mandate", "/mandates/8", MandatePage(free)
    ticks = (Tick("group", "health", EVIL), Tick("group", "city", HEALTHY, True, EVIL))
    carried = (("group", '"><script>'),)
    for number, step in enumerate(Step, 1):
        several = step in {Step.CLASSES, Step.CATEGORIES}
        page = MandateNewPage(step, number, carried)
        if step is Step.PREVIEW:
            view = dataclasses.replace(page, words=words, covers=(covered,), then=THEN, form="1")
        elif step in {Step.POINTS, Step.UNTIL}:
            latest = TODAY if step is Step.UNTIL else None
            fault = Fault(step.value, EVIL)
            view = dataclasses.replace(page, typed='"><script>', latest=latest, fault=fault)
        else:
            view = dataclasses.replace(page, ticks=ticks, several=several)
        yield f"mandate_new_{step}", "mandate_new", "/mandates/new", view
    yield "mandate_stop", "mandate_stop", "/mandates/9/stop", MandateStopPage(live, THEN, ENDING)
    faulty = MandateStopPage(fresh, THEN, dataclasses.replace(ENDING, fault=True))
    yield "mandate_stop_fault", "mandate_stop", "/mandates/9/stop", faulty
    out = (Tick("out.classes.service", "yes", EVIL, ticked=True),)
    narrow = MandateNarrowPage(live, out, out, ending=ENDING)
    narrow = dataclasses.replace(narrow, categories=(Tick("out.categories.x", "yes", ACTIVITY),))
    yield "mandate_narrow", "mandate_narrow", "/mandates/9/narrow", narrow
    ill = MandateNarrowPage(free, (), (), '"><script>', "x", (Fault("points", EVIL),))
    yield "mandate_narrow_fault", "mandate_narrow", "/mandates/9/narrow", ill


def agreeing_pages() -> Iterator[Shown]:
    """Yield every page of this file."""
    yield from request_pages()
    yield from consent_pages()
    yield from sight_pages()
    yield from mandate_pages()
