"""Records as JSON writes and reads them, and as a page shows them."""

from datetime import date
from pathlib import Path

import pytest

from infobank.errors import InvalidInputError
from infobank.policies import read_policies
from infobank.usecases.vault.holdings import Holding
from infobank.vocabulary.category import Record, TimeUnit
from infobank.vocabulary.columns import Columns
from infobank.web.api.schemas import DepositDocument, read
from infobank.web.api.values import plain_records, to_record
from infobank.web.portal.views.resident.home import Shape
from infobank.web.portal.wording.records import category_page

RULES = read_policies(Path(__file__).parents[3] / "policies", "Asia/Tokyo").policies
METER = RULES.category("half_hourly_electricity")
TRIPS = RULES.category("trips")
ACTIVITY = RULES.category("daily_activity")
DAY = date(2026, 4, 1)
HALF_HOURS = [Record(DAY, (31,), 0), Record(DAY, (None,), 1410)]


def test_records_of_minutes_tell_their_time():
    written = plain_records(METER.fields, Columns.of(TimeUnit.MINUTE, HALF_HOURS))
    assert written == [
        {"observed": "2026-04-01", "time": "00:00", "values": {"electricity": 0.31}},
        {"observed": "2026-04-01", "time": "23:30", "values": {"electricity": None}},
    ]


def test_records_of_days_tell_no_time():
    fields = (ACTIVITY.field("distance"), ACTIVITY.field("steps"))
    columns = Columns.of(TimeUnit.DAY, [Record(DAY, (420, 6000))])
    written = plain_records(fields, columns)
    assert written == [{"observed": "2026-04-01", "values": {"distance": 4.2, "steps": 6000}}]


def test_a_refusal_has_no_records():
    assert plain_records(METER.fields, Columns(TimeUnit.DAY, (), ())) == []


def deposited(category: str, **record: object) -> Record:
    document = {"category": category, "records": [record]}
    (checked,) = read(DepositDocument(), document)["records"]
    return to_record(RULES.category(category), checked)


def test_a_deposited_time_becomes_the_minute_of_its_day():
    values = {"origin": "53396775", "destination": "53394611", "means": "train"}
    record = deposited("trips", observed="2026-04-01", time="07:45", values=values)
    assert record == Record(DAY, ("53396775", "53394611", "train", None, None), 465)


@pytest.mark.parametrize(
    ("category", "time"),
    [("trips", None), ("trips", "7:45"), ("trips", "07:45\n"), ("daily_activity", "07:45")],
    ids=["missing", "not as written", "with more behind", "in a category of days"],
)
def test_a_time_that_does_not_fit_its_category_is_refused(category: str, time: str | None):
    told = {} if time is None else {"time": time}
    with pytest.raises(InvalidInputError) as caught:
        deposited(category, observed="2026-04-01", values={}, **told)
    assert caught.value.field.endswith("time")


def test_a_page_shows_the_time_of_each_half_hour_and_draws_a_day_of_them():
    page = category_page(Holding(METER, 2, DAY, DAY), HALF_HOURS, 1)
    assert [row.time for row in page.rows] == ["23:30", "00:00"]
    assert page.picture is not None
    assert page.picture.shape is Shape.HOURS
