"""What may be asked for, and how a wrong question is answered."""

import json
import time
from datetime import date, timedelta
from typing import Any

import pytest

from infobank.oauth.authorization_details import RequestedAccess, parse, render
from infobank.oauth.errors import InvalidAuthorizationDetailsError
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.language import Text

Element = dict[str, Any]
SPRING = Period(date(2026, 1, 1), date(2026, 3, 31))


def refusal(text: str, policies: Policies, today: date) -> str:
    with pytest.raises(InvalidAuthorizationDetailsError) as caught:
        parse(text, policies, today)
    return caught.value.message


def test_a_request_is_read(element: Element, policies: Policies, today: date):
    assert parse(json.dumps([element]), policies, today) == RequestedAccess(
        purpose="health_promotion",
        mode=OutputMode.RECORDS,
        items=(Item("daily_activity", ("steps",), SPRING),),
        until=date(2027, 1, 31),
        retention_days=90,
        purpose_text=Text(ja="歩数で健康づくり", en="Walking plans"),
    )


def test_the_words_about_the_purpose_may_be_absent(
    element: Element, policies: Policies, today: date
):
    del element["purpose_text"]
    assert parse(json.dumps([element]), policies, today).purpose_text is None


def test_several_elements_make_one_request(element: Element, policies: Policies, today: date):
    summer = {"from": "2026-06-01", "to": "2026-08-31"}
    access = parse(json.dumps([element, element | {"period": summer}]), policies, today)
    assert [item.period.first.month for item in access.items] == [1, 6]
    assert len(render(access)) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": "personal_data/v2"}, "[0].type: must be personal_data/v1"),
        ({"type": 1}, "[0].type: must be a text"),
        ({"category": "location"}, "[0].category: unknown category; known are daily_activity"),
        ({"category": "profile"}, "[0].category: profile must not be used for health_promotion"),
        ({"category": None}, "[0].category: must be a text"),
        ({"fields": []}, "[0].fields: must be a list of 1 to 100 elements"),
        ({"fields": "steps"}, "[0].fields: must be a list"),
        ({"fields": {"steps": True}}, "[0].fields: must be a list"),
        ({"fields": [7]}, "[0].fields[0]: must be a text"),
        ({"fields": ["secret"]}, "[0].fields: must be fields of daily_activity"),
        ({"fields": ["minutes", "steps"]}, "in the order steps, minutes"),
        ({"fields": ["steps", "steps"]}, "[0].fields: must be fields"),
        ({"fields": ["steps"] * 101}, "[0].fields: must be a list"),
        ({"period": "2026"}, "[0].period: must be an object"),
        ({"period": {"from": "2026-01-01"}}, "[0].period: to is missing"),
        ({"period": {"from": "2026-02-01", "to": "2026-01-01"}}, "must not end before it begins"),
        ({"period": {"from": "20260101", "to": "2026-01-01"}}, "[0].period.from: must be a day"),
        ({"period": {"from": "2026-02-30", "to": "2026-03-01"}}, "[0].period.from: must be a day"),
        ({"period": {"from": "２０２６-01-01", "to": "2026-03-01"}}, "from: must be a day"),
        ({"purpose": "advertising"}, "[0].purpose: unknown purpose"),
        ({"mode": "statistics"}, "[0].mode: must be one of answers, records"),
        ({"mode": "everything"}, "[0].mode: must be one of answers, records"),
        ({"until": "2026-11-20"}, "[0].until: must be 1 to 366 days"),
        ({"until": "2026-11-19"}, "[0].until: must be 1 to 366 days"),
        ({"until": "2027-11-22"}, "[0].until: must be 1 to 366 days"),
        ({"until": "9999-12-31"}, "[0].until: must be 1 to 366 days"),
        ({"retention_days": -1}, "[0].retention_days: must be a whole number from 0 to 3653"),
        ({"retention_days": 3654}, "[0].retention_days: must be a whole number"),
        ({"retention_days": 90.0}, "[0].retention_days: must be a whole number"),
        ({"retention_days": True}, "[0].retention_days: must be a whole number"),
        ({"retention_days": "90"}, "[0].retention_days: must be a whole number"),
        ({"purpose_text": "words"}, "[0].purpose_text: must be an object"),
        ({"purpose_text": None}, "[0].purpose_text: must be an object"),
        ({"purpose_text": {"ja": "歩数"}}, "[0].purpose_text: en is missing"),
        ({"locations": ["x"]}, "[0]: locations is unknown"),
        ({"歩": 1}, "[0]: a member is unknown"),
        ({"x" * 50: 1}, "[0]: a member is unknown"),
    ],
)
def test_a12_a_wrong_member_is_named(
    element: Element, policies: Policies, today: date, change: Element, message: str
):
    shown = refusal(json.dumps([element | change]), policies, today)
    assert shown.startswith("authorization_details[0]")
    assert message in shown


@pytest.mark.parametrize("name", ["type", "category", "fields", "period", "purpose", "mode"])
def test_a12_a_missing_member_is_named(
    element: Element, policies: Policies, today: date, name: str
):
    del element[name]
    assert f"{name} is missing" in refusal(json.dumps([element]), policies, today)


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        " blank before",
        "x" * 301,
        "cafe\N{COMBINING ACUTE ACCENT}",
        "a\0b",
        "か\N{COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK}",
        "safe \N{RIGHT-TO-LEFT OVERRIDE}elbatsurt",
        "a\N{LEFT-TO-RIGHT ISOLATE}b",
        "a\N{RIGHT-TO-LEFT MARK}b",
        "a\N{ZERO WIDTH SPACE}b",
        "a\nb",
        "a\N{LINE SEPARATOR}b",
        "a\ud800b",
        "a\uffffb",
        "a\ue000b",
    ],
)
def test_a12_a34_words_that_could_deceive_are_refused(
    element: Element, policies: Policies, today: date, words: str
):
    text = json.dumps([element | {"purpose_text": {"ja": words, "en": "x"}}])
    assert "[0].purpose_text.ja: must" in refusal(text, policies, today)


def test_markup_in_the_words_is_kept_as_words(element: Element, policies: Policies, today: date):
    words = {"ja": "<b>歩数</b>", "en": "<b>steps</b> & more"}
    access = parse(json.dumps([element | {"purpose_text": words}]), policies, today)
    assert access.purpose_text == Text(**words)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", "answers"),
        ("until", "2027-02-01"),
        ("retention_days", 91),
        ("purpose_text", {"ja": "別", "en": "other"}),
    ],
)
def test_the_terms_must_be_alike_in_every_element(
    element: Element, policies: Policies, today: date, name: str, value: object
):
    other = element | {"period": {"from": "2025-01-01", "to": "2025-03-31"}, name: value}
    assert "alike" in refusal(json.dumps([element, other]), policies, today)


def test_two_elements_must_not_name_the_same_period(
    element: Element, policies: Policies, today: date
):
    text = json.dumps([element, element | {"fields": ["minutes"]}])
    assert "same category and period" in refusal(text, policies, today)


def test_at_most_20_elements_are_read(element: Element, policies: Policies, today: date):
    def year(number: int) -> Element:
        return element | {"period": {"from": f"{number}-01-01", "to": f"{number}-12-31"}}

    twenty = [year(2000 + n) for n in range(20)]
    assert len(parse(json.dumps(twenty), policies, today).items) == 20
    assert "1 to 20" in refusal(json.dumps([*twenty, year(2020)]), policies, today)


def test_the_longest_life_is_the_purposes(element: Element, policies: Policies, today: date):
    for days in (1, 366):
        until = today + timedelta(days=days)
        text = json.dumps([element | {"until": until.isoformat()}])
        assert parse(text, policies, today).until == until


NESTED = {"[[[[[[", '{"a":{'}
HOSTILE = {
    "deep lists": "[" * 10_000 + "]" * 10_000,
    "deep objects": '{"a":' * 10_000 + "1" + "}" * 10_000,
    "unclosed": "[" * 60_000,
    "many lists": "[" + "[]," * 20_000 + "]",
    "closings": "]" * 60_000,
    "quotes": '"\\' * 30_000,
    "escapes": "[" + '"\\"' * 20_000 + "\\",
    "long": "[" + " " * 70_000 + "]",
    "long number": "[" + "9" * 60_000 + "]",
    "many members": "[{" + ",".join(f'"{n}":0' for n in range(6_000)) + "}]",
    "duplicate": '[{"type": 1, "type": 2}]',
    "constant": "[NaN]",
    "infinity": "[-Infinity]",
    "exponent": "[1e999999]",
    "surrogates": "[\ud800]",
    "nothing": "",
    "no list": "{}",
    "null": "null",
    "trailing": "[] []",
    "byte order mark": "\ufeff[]",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a12_hostile_text_is_refused_at_once(text: str, policies: Policies, today: date):
    def once() -> float:
        start = time.thread_time()
        refusal(text, policies, today)
        return time.thread_time() - start

    # Time of this thread, the best of several: the machine may be busy, the parser may not.
    # 64 KiB of small members cost 3 to 8 ms, a search that goes back costs minutes.
    assert min(once() for _ in range(5)) < (0.005 if text[:6] in NESTED else 0.05)
