"""Examples of a resident's own pages: home, data, history, notices, people and settings."""

from datetime import date, timedelta

from portal_examples.residents import (
    ACTIVITY,
    HOLDINGS,
    LINES,
    NOW,
    SERIES,
    STEPS,
    TODAY,
    WALK,
    both,
    uuid,
)

from infobank.web.portal.views.filled import FilledForm, Option
from infobank.web.portal.views.history import HistoryLine, HistoryPage, Outcome, UnexpectedPage
from infobank.web.portal.views.resident.home import (
    CategoryPage,
    Column,
    FieldChoice,
    HoldingsPage,
    HomePage,
    Mark,
    News,
    Picture,
    RecordRow,
    Shape,
    Source,
    Wait,
)
from infobank.web.portal.views.resident.people import (
    ActingPage,
    Guardian,
    Household,
    PeoplePage,
    Ward,
)
from infobank.web.portal.views.resident.settings import Email, MatterChoice, SettingsPage
from infobank.web.portal.views.resident.summary import SummaryPage, SummaryWords, Uses
from infobank.web.portal.views.resident.told import ToldLine, ToldPage
from infobank.web.portal.views.shared import DailySeries, NamedSeries, Paging

BOLD = both("<b>太字</b>", "<b>bold</b>")
LOOK = both("見る", "Look")
WAIT = Wait(
    both("委任の <i>条件</i>", "A mandate <i>did</i>"), both("あと3時間", "3 hours"), "/told", LOOK
)
NEWS = (
    News(BOLD, NOW, "/history?who=1&what=shared", Mark.PERMIT),
    News(BOLD, NOW, "/history", Mark.REFUSAL),
    News(BOLD, NOW, "/told"),
)
HOME = HomePage((WAIT, WAIT), NEWS, NOW, 0, 3, 1, 181, 3)
THIRD = Paging(2, 3, 90)
MINE = HistoryLine("9", NOW, BOLD, both("あなた", "You"), (), Outcome.DONE, mine=True)
UNPLACED = HistoryLine("", NOW, BOLD, BOLD, (), Outcome.DONE)
WHO = (Option("self", both("あなた", "You")), Option(str(uuid(40)), BOLD))
FORM = FilledForm({"who": str(uuid(40)), "first": "<きのう>"}, {"first": BOLD})
COLUMNS = (Column(STEPS, "steps", numeric=True), Column(BOLD, "", numeric=False))
ROWS = tuple(
    RecordRow(TODAY - timedelta(days=n), (both("13,162", "13,162"), BOLD), "08:30")
    for n in range(6)
)
FIRST = date(2026, 7, 3)
DAYS = Picture(Shape.DAYS, SERIES, FIRST, TODAY)
YEARS = Picture(
    Shape.YEARS, DailySeries(STEPS, "cm", 1, ((FIRST, 815), (TODAY, 802))), FIRST, TODAY
)
HALVES = tuple((both(f"{n:02}:00", f"{n:02}:00"), 10 + n) for n in range(24))
HOURS = Picture(Shape.HOURS, NamedSeries(STEPS, "kWh", 2, HALVES), FIRST, TODAY)
TIMES = Picture(Shape.TIMES, NamedSeries(ACTIVITY, "records", 0, HALVES), FIRST, TODAY)
CHOICES = (FieldChoice(STEPS, "/x?field=steps#chart", True), FieldChoice(BOLD, "/x#chart", False))
SOURCE = Source(NOW, BOLD, 90, 0)
TOLD = (
    ToldLine(str(uuid(90)), NOW, BOLD, str(uuid(91)), str(uuid(92)), 20, False),
    ToldLine(str(uuid(93)), NOW, BOLD, str(uuid(91)), "", 0, False),
    ToldLine(str(uuid(94)), NOW, BOLD, str(uuid(91)), str(uuid(92)), 0, True),
)
SCOPES = (both("見る", "look"), both("同意する", "agree"))
WARD = Ward(str(uuid(70)), "母", SCOPES, NOW, acting=False)
CHILD = Ward(str(uuid(71)), "", SCOPES, NOW, acting=True, hand_over=TODAY)
GUARDIANS = (
    Guardian(str(uuid(72)), SCOPES, NOW, NOW, live=True, endable=True),
    Guardian(str(uuid(73)), SCOPES, NOW, NOW, live=True, endable=False),
    Guardian(str(uuid(74)), SCOPES, NOW, NOW, live=False, endable=False),
)
HOUSEHOLDS = (Household(str(uuid(75)), None), Household(str(uuid(76)), NOW))
MATTERS = (MatterChoice("first_read", BOLD, True), MatterChoice("rights", BOLD, False))
CODE_FAULT = FilledForm({"code": "12<34"}, {"code": BOLD})
SUMMARY = SummaryWords(
    TODAY.replace(day=1), (Uses(WALK.name, 12, 1),), ((BOLD, 2),), "https://bank.example"
)
PEOPLE = PeoplePage(GUARDIANS, (WARD, CHILD), True, HOUSEHOLDS)


def history_page(lines: tuple[HistoryLine, ...], **parts: object) -> HistoryPage:
    form = parts.pop("form", FilledForm())
    assert isinstance(form, FilledForm)
    return HistoryPage(lines, form, WHO, WHO, WHO, WHO, **parts)  # type: ignore[arg-type]


def category_page(picture: Picture | None, **parts: object) -> CategoryPage:
    return CategoryPage(HOLDINGS[0], COLUMNS, ROWS, THIRD, picture=picture, **parts)  # type: ignore[arg-type]


def own_pages() -> tuple[tuple[str, str, str, object], ...]:
    """Return label, page, path and view of every page that is a resident's own."""
    email = Email("a<b@example.jp", False, MATTERS)
    kept = Email("a@example.jp", True, MATTERS)
    return (
        ("home", "home", "/home", HOME),
        ("home_empty", "home", "/home", HomePage((), (), None, 0, 0, 0, 0, 0)),
        ("home_cut", "home", "/home", HomePage((), NEWS, None, 100, 3, 1, 181, 3)),
        ("holdings", "holdings", "/holdings", HoldingsPage(HOLDINGS)),
        ("holdings_empty", "holdings", "/holdings", HoldingsPage(())),
        (
            "category",
            "category",
            "/holdings/daily_activity?page=2",
            category_page(DAYS, choices=CHOICES, sources=(SOURCE,), readers=(WALK.name, BOLD)),
        ),
        ("category_years", "category", "/holdings/x", category_page(YEARS)),
        ("category_hours", "category", "/holdings/x", category_page(HOURS)),
        ("category_times", "category", "/holdings/x", category_page(TIMES)),
        ("category_undated", "category", "/holdings/x", category_page(None, dated=False)),
        ("history", "history", "/history", history_page((*LINES, MINE, UNPLACED), paging=THIRD)),
        (
            "history_narrowed",
            "history",
            "/history?first=x",
            history_page((), form=FORM, narrowed=True),
        ),
        (
            "history_older",
            "history",
            "/history?who=self",
            history_page(LINES, narrowed=True, older="/history?who=self&before=7"),
        ),
        ("history_empty", "history", "/history", history_page((), paging=Paging(1, 1, 0))),
        (
            "unexpected",
            "unexpected",
            "/history/1/unexpected",
            UnexpectedPage(LINES[0], TODAY, FilledForm()),
        ),
        (
            "unexpected_fault",
            "unexpected",
            "/history/1/unexpected",
            UnexpectedPage(LINES[0], TODAY, FilledForm({"note": "</textarea>"}, {"note": BOLD})),
        ),
        ("told", "told", "/told", ToldPage(TOLD, LINES)),
        ("told_nothing", "told", "/told", ToldPage((), ())),
        ("people", "people", "/people", PEOPLE),
        ("people_alone", "people", "/people", PeoplePage((), (), False, ())),
        ("acting", "acting", "/acting", ActingPage((WARD, CHILD), acting=True)),
        ("acting_nobody", "acting", "/acting", ActingPage((), acting=False)),
        ("settings", "settings", "/settings", SettingsPage(True, None, False, FilledForm())),
        ("settings_code", "settings", "/settings", SettingsPage(True, email, False, CODE_FAULT)),
        (
            "settings_kept",
            "settings",
            "/settings",
            SettingsPage(True, kept, True, FilledForm({"paper": "千葉県\n<柏>"})),
        ),
        (
            "settings_no_mail",
            "settings",
            "/settings",
            SettingsPage(False, None, False, FilledForm()),
        ),
        ("summary", "summary", "/summary", SummaryPage(SUMMARY, FIRST, None)),
        (
            "summary_empty",
            "summary",
            "/summary?month=2026-07",
            SummaryPage(SummaryWords(FIRST, (), (), "https://bank.example"), FIRST, TODAY),
        ),
    )
