"""What people type, however they write it."""

from datetime import date

import pytest

from infobank.errors import InvalidInputError
from infobank.web.portal import typed

DAY = date(2026, 9, 30)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-30",
        "2026/9/30",
        "２０２６／９／３０",
        "2026年9月30日",
        "2026. 9. 30",
        "令和8年9月30日",
        "令和 ８年 ９月 ３０日",
        "R8.9.30",
        "ｒ８/９/３０",
    ],
)
def test_a_day_is_read_however_it_is_written(text: str):
    assert typed.day(text) == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("S20.8.15", date(1945, 8, 15)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("明治45年7月29日", date(1912, 7, 29)),
    ],
)
def test_each_era_begins_and_ends_on_its_day(text: str, day: date):
    assert typed.day(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30",
        "2026-02-30",
        "26-9-30",
        "2026-9",
        "昭和64年1月8日",
        "平成元年1月7日",
        "明治5年1月1日",
        "慶応3年1月1日",
        "令和0年1月1日",
        "2026-09-30<script>",
        "٢٠٢٦-09-30",
    ],
)
def test_what_is_no_day_is_refused_by_the_name_of_its_field(text: str):
    with pytest.raises(InvalidInputError) as refused:
        typed.day(text, "observed")
    assert refused.value.field == "observed"


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("14:05", 845),
        ("１４：０５", 845),
        ("14時5分", 845),
        ("9時", 540),
        ("0:00", 0),
        ("23:59", 1439),
    ],
)
def test_a_time_is_read_however_it_is_written(text: str, minute: int):
    assert typed.time(text) == minute


@pytest.mark.parametrize("text", ["", "24:00", "12:60", "14:", "5", "9時61分"])
def test_what_is_no_time_is_refused(text: str):
    with pytest.raises(InvalidInputError):
        typed.time(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("８１．５", "81.5"),
        ("1,234", "1234"),
        ("－１，２３４．５", "-1234.5"),
        ("−3", "-3"),
        ("ー3", "-3"),
        (" 12 ", "12"),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, number: str):
    assert typed.number(text) == number


@pytest.mark.parametrize("text", ["", "1,23", "1e5", "٣", "--1", "1.", "八"])
def test_what_is_no_number_is_refused(text: str):
    with pytest.raises(InvalidInputError):
        typed.number(text)


def test_a_whole_number_has_no_sign_and_no_decimals():
    assert typed.whole("９０") == 90
    for text in ("-1", "1.5", "9" * 19):
        with pytest.raises(InvalidInputError):
            typed.whole(text)


def test_full_width_letters_and_spaces_are_made_plain():
    assert typed.plain("　ＡＢＣ　１２３　") == "ABC 123"


def test_days_that_are_left_out_are_nothing_and_those_that_are_none_are_named():
    sent = {"first": "令和８年９月３０日", "last": " ", "on": "soon", "until": "9999-12-31"}
    found, wrong = typed.days(sent, "first", "last", "on", "until", "other")
    assert found == {"first": date(2026, 9, 30)}
    assert wrong == {"on", "until"}


def test_texts_that_look_alike_are_alike():
    assert typed.alike(" ＷａｌｋＣｏａｃｈ ") == typed.alike("walkcoach")
