"""What a resident's own pages choose to show: pictures, news, a month, and what she looks for."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from infobank.accesslog.entry import EntryKind, FieldValue
from infobank.accounts.contact import Matter
from infobank.policies import read_policies
from infobank.policies.folder import PolicyFolder
from infobank.usecases.accesslog.history import Event
from infobank.usecases.letters.write import matter_of
from infobank.vocabulary.category import Record
from infobank.vocabulary.text.language import Language, Text
from infobank.web.portal.handlers.resident.home import last_visit
from infobank.web.portal.handlers.resident.looking import read_sought
from infobank.web.portal.handlers.resident.told import hours_left
from infobank.web.portal.texts import Words, load_texts
from infobank.web.portal.views.resident.home import Mark, Shape
from infobank.web.portal.wording.events import EventWriter
from infobank.web.portal.wording.home import NewsWriter
from infobank.web.portal.wording.pictures import drawable, picture_of
from infobank.web.portal.wording.summary import SummaryWriter

ZONE = "Asia/Tokyo"
NOW = datetime(2026, 9, 30, 5, 5, tzinfo=UTC)
DAY = date(2026, 9, 30)
WALK = "00000000-0000-4000-8000-000000000001"


@cache
def folder() -> PolicyFolder:
    return read_policies(Path(__file__).parents[3] / "policies", ZONE)


@cache
def words() -> Words:
    return Words(load_texts())


def writer() -> EventWriter:
    names = {WALK: Text("歩く会", "Walkers")}
    found = folder()
    return EventWriter(words(), found.phrases, found.policies, names, Text("あなた", "You"))


def event(kind: EntryKind, minutes: int = 0, **fields: FieldValue) -> Event:
    return Event(7, kind, NOW - timedelta(minutes=minutes), True, fields)


def wanted(found: Event, **query: str) -> bool:
    sought, form = read_sought(query, words(), ZONE)
    assert sought is not None, form.faults
    return sought.wanted(found)


READ = event(EntryKind.PERMIT, provider=WALK, category="trips", purpose="research")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, True),
        ({"who": WALK}, True),
        ({"who": "self"}, False),
        ({"what": "shared"}, True),
        ({"what": "refused"}, False),
        ({"category": "trips"}, True),
        ({"category": "profile"}, False),
        ({"purpose": "research"}, True),
        ({"purpose": "health_promotion"}, False),
        ({"first": "２０２６年９月３０日", "last": "R8.9.30"}, True),
        ({"first": "2026-10-01"}, False),
        ({"last": "2026-09-29"}, False),
    ],
)
def test_the_history_is_narrowed_by_each_thing_she_names(query: dict[str, str], found: bool):  # noqa: FBT001
    assert wanted(READ, **query) is found


def test_a_consent_is_found_by_each_category_it_names():
    given = event(
        EntryKind.CONSENT_GIVEN, items="profile(sex) 2026-01-01/2026-02-01; trips(means) x"
    )
    assert wanted(given, category="trips")
    assert wanted(given, category="profile")
    assert not wanted(given, category="daily_activity")
    assert wanted(given, who="self")
    assert not wanted(event(EntryKind.CONSENT_GIVEN, by="guardian"), who="self")
    assert wanted(event(EntryKind.CONSENT_GIVEN, by="guardian"), who="guardian")


def test_a_day_that_is_none_is_a_fault_at_its_field():
    sought, form = read_sought({"first": "きのう"}, words(), ZONE)
    assert sought is None
    assert set(form.faults) == {"first"}
    assert form.typed["first"] == "きのう"


def test_news_are_one_line_for_each_recipient_and_never_her_own_acts():
    events = [
        event(EntryKind.PERMIT, 1, provider=WALK),
        event(EntryKind.OWN_READ, 2, category="trips"),
        event(EntryKind.PERMIT, 3, provider=WALK),
        event(EntryKind.REFUSAL, 4, provider=WALK),
        event(EntryKind.CONSENT_GIVEN, 5, provider=WALK),
    ]
    read, refused = NewsWriter(words(), writer()).lines(events)
    assert read.mark is Mark.PERMIT
    assert read.what.in_(Language.EN) == "Walkers received data of yours, times: 2"
    assert read.href == f"/history?who={WALK}&what=shared"
    assert refused.mark is Mark.REFUSAL
    assert refused.at < read.at


def test_what_a_mandate_did_is_news():
    given = event(EntryKind.CONSENT_GIVEN, by="mandate", provider=WALK, consent="c1")
    (line,) = NewsWriter(words(), writer()).lines([given])
    assert line.href == "/consents/c1"
    assert "Walkers" in line.what.in_(Language.EN)


def test_a_month_counts_uses_by_recipient_and_all_else_by_kind():
    events = [
        *(event(EntryKind.PERMIT, provider=WALK) for _ in range(3)),
        event(EntryKind.REFUSAL, provider=WALK),
        event(EntryKind.DEPOSIT),
        event(EntryKind.DEPOSIT),
    ]
    month = SummaryWriter(writer(), "https://bank.example").month(DAY, events)
    assert [(each.reads, each.refusals) for each in month.uses] == [(3, 1)]
    assert [count for _, count in month.acts] == [2]


def test_the_last_visit_is_the_one_before_this():
    visits = [event(EntryKind.SIGN_IN), event(EntryKind.DEPOSIT, 5), event(EntryKind.SIGN_IN, 9)]
    assert last_visit(visits) == visits[2].at
    assert last_visit(visits[:2]) is None


@pytest.mark.parametrize(
    ("told", "matter"),
    [
        (event(EntryKind.CONSENT_GIVEN, by="mandate"), Matter.MANDATE),
        (event(EntryKind.CONSENT_GIVEN), None),
        (event(EntryKind.DELETION_OVERDUE), Matter.DELETION),
        (event(EntryKind.RIGHTS_DECISION), Matter.RIGHTS),
        (event(EntryKind.STAFF_ACT, what="proxy_given"), Matter.ACCOUNT),
        (event(EntryKind.STAFF_ACT, what="letter_printed"), None),
        (event(EntryKind.ENTRANCE_CHANGED, what="passkey_added"), Matter.ACCOUNT),
        (event(EntryKind.ENTRANCE_CHANGED, what="signed_out"), None),
        (event(EntryKind.OWN_READ), None),
    ],
)
def test_each_event_is_of_one_matter_or_of_none(told: Event, matter: Matter | None):
    assert matter_of(told) is matter


def test_begun_hours_are_left_until_something_begins():
    assert hours_left(NOW + timedelta(minutes=61), NOW) == 2
    assert hours_left(NOW + timedelta(hours=24), NOW) == 24
    assert hours_left(NOW, NOW) == hours_left(NOW - timedelta(days=1), NOW) == 0


def records(code: str, count: int, *values: int | str | None) -> list[Record]:
    del code
    first = DAY - timedelta(days=count - 1)
    return [Record(first + timedelta(days=n), tuple(values), 30 * (n % 48)) for n in range(count)]


@pytest.mark.parametrize(
    ("code", "values", "count", "shape"),
    [
        ("daily_activity", (1000, *[0] * 8), 30, Shape.DAYS),
        ("half_hourly_electricity", (12,), 48, Shape.HOURS),
        ("trips", ("1", "2", "walk", 5, 10), 30, Shape.TIMES),
        ("health_check", (120, 80, 230, 815, 56), 3, Shape.YEARS),
    ],
)
def test_each_shape_of_category_has_its_picture(
    code: str, values: tuple[int | str, ...], count: int, shape: Shape
):
    category = folder().policies.category(code)
    field = drawable(category)[0]
    picture = picture_of(category, field, records(code, count, *values))
    assert picture is not None
    assert picture.shape is shape
    assert picture.last == DAY
    assert picture_of(category, field, records(code, 1, *values)) is None or shape in {
        Shape.HOURS,
        Shape.TIMES,
    }


def test_who_somebody_is_has_no_picture():
    assert drawable(folder().policies.category("profile")) == ()


def test_nothing_held_has_no_picture():
    category = folder().policies.category("trips")
    assert picture_of(category, drawable(category)[0], []) is None


def test_a_decision_says_what_would_change_it_and_which_law_stands_behind_it():
    line = writer().line(event(EntryKind.PERMIT, reasons="consent_covers_request"))
    (change,) = line.changes
    told = folder().phrases.reasons["consent_covers_request"]
    assert told.law is not None
    for language in Language:
        assert change.in_(language).startswith(told.change.in_(language))
        assert told.law.in_(language) in change.in_(language)
    assert writer().line(event(EntryKind.PERMIT, reasons="renamed_since")).changes == ()
