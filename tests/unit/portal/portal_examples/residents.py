"""Values for a resident's pages: consents, a request, holdings and a history."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from infobank.consent.consent import ConsentState
from infobank.vocabulary.identifiers import ConsentId
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.history import HistoryLine, Outcome
from infobank.web.portal.views.resident.consents import ConsentCard
from infobank.web.portal.views.resident.home import Holding
from infobank.web.portal.views.resident.requests import WaitingRequest
from infobank.web.portal.views.resident.terms import Said, TermLine, Terms
from infobank.web.portal.views.shared import DailySeries, ItemWords, Recipient

NOW = datetime(2026, 9, 30, 5, 5, tzinfo=UTC)
TODAY = date(2026, 9, 30)


def both(ja: str, en: str) -> Text:
    return Text(ja, en)


STEPS = both("歩数", "Steps")
ACTIVITY = both("日々の活動", "Daily activity")
WALK = Recipient(both("ウォークコーチ", "Walk Coach"), date(2027, 3, 31))
POWER = Recipient(
    both("柏の葉でんき見守り研究会", "Kashiwanoha Household Electricity Study Group"), None
)
QUARTER = Period(date(2026, 7, 1), TODAY)
HEALTHY = both("健康づくりの助言", "Advice on keeping healthy")
HEALTHY_WORDS = both(
    "歩数や活動の記録をもとに、無理のない運動を提案するために使います。",
    "Records of steps and activity are used to suggest exercise that suits you.",
)


def uuid(number: int) -> UUID:
    return UUID(int=number + (4 << 76) + (2 << 62))


LINES_OF_TERMS = (
    TermLine(both("渡しかた", "In which form"), (Said(both("記録そのもの", "The records")),)),
    TermLine(both("いつまで", "Until when"), (Said(day=date(2027, 1, 31)),)),
    TermLine(
        both("住民への便益", "What you get"),
        (Said(both("3ポイント", "3 points")), Said(both("<b>くじ</b>", "<b>A lottery</b>"))),
    ),
)


def terms(recipient: Recipient, mode: OutputMode = OutputMode.RECORDS) -> Terms:
    return Terms(recipient, HEALTHY, HEALTHY_WORDS, mode, date(2027, 1, 31), 90, LINES_OF_TERMS)


def card(number: int, recipient: Recipient, state: ConsentState) -> ConsentCard:
    ended = NOW if state is ConsentState.WITHDRAWN else None
    items = (
        ItemWords(ACTIVITY, (STEPS, both("距離", "Distance")), QUARTER),
        ItemWords(
            both("健康診断", "Health check"),
            (both("最高血圧", "Systolic pressure"),),
            Period(date(2026, 1, 1), TODAY),
            special_care=True,
        ),
    )
    reads = 12 if number == 1 else 0
    return ConsentCard(
        consent=ConsentId(uuid(number)),
        terms=terms(recipient),
        items=items[:number],
        given_at=NOW - timedelta(days=40),
        state=state,
        reads=reads,
        last_read=NOW if reads else None,
        within=200 if reads else None,
        ended_at=ended,
    )


def line(number: int, outcome: Outcome) -> HistoryLine:
    refused = outcome is Outcome.REFUSAL
    reasons = (
        both("この同意は取り消されています。", "This consent was withdrawn."),
        both(
            "依頼された項目「距離」は、同意に含まれていません。",
            "The field “Distance” that was asked for is not part of the consent.",
        ),
    )
    return HistoryLine(
        entry=str(number),
        at=NOW - timedelta(hours=7 * number),
        kind=both("データの読み取りが断られました", "A read was refused")
        if refused
        else both("データが読み取られました", "Your data was read"),
        who=WALK.name,
        what=(both("日々の活動: 歩数、距離", "Daily activity: steps, distance"),),
        outcome=outcome,
        reasons=reasons if refused else (),
        changes=reasons if refused else (),
        purpose=HEALTHY,
    )


LINES = (
    line(1, Outcome.REFUSAL),
    line(2, Outcome.PERMIT),
    HistoryLine(
        "3",
        NOW - timedelta(days=2),
        both("記録が預けられました", "Records were deposited"),
        both("あなた", "You"),
        (both("日々の活動 90件", "Daily activity, 90 records"),),
        Outcome.DONE,
    ),
)
SERIES = DailySeries(
    STEPS,
    "steps",
    0,
    tuple(
        (date(2026, 7, 3) + timedelta(days=n), 4200 + (n * 7919) % 6800)
        for n in range(90)
        if n % 17
    ),
)
HOLDINGS = (
    Holding(
        "daily_activity",
        ACTIVITY,
        both("1日ごとの歩数と活動の記録です。", "Steps and activity of each day."),
        90,
        date(2026, 7, 3),
        TODAY,
    ),
    Holding(
        "household_electricity",
        both("家庭の電気", "Household electricity"),
        both("1日ごとの電気の使用量です。", "Electricity used each day."),
        90,
        date(2026, 7, 3),
        TODAY,
    ),
    Holding(
        "health_check",
        both("健康診断", "Health check"),
        both("年に1回の健康診断の結果です。", "Results of the yearly check."),
        1,
        date(2026, 8, 20),
        date(2026, 8, 20),
        special_care=True,
    ),
)
WAITING = WaitingRequest(str(uuid(7)), WALK, HEALTHY, NOW - timedelta(hours=3), date(2026, 10, 30))
