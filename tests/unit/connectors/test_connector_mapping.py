"""How a mapping file is read, and which ones are refused."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from infobank.connectors.mapping import UnknownResident, parse_mapping, read_instant, read_mapping
from infobank.errors import ConfigurationError
from infobank.policies import read_policies
from infobank.vocabulary.text.table import Table

POLICIES = Path(__file__).parents[3] / "policies"
RULES = read_policies(POLICIES, "Asia/Tokyo").policies

Document = dict[str, Any]


def document() -> Document:
    return {
        "source": "meter",
        "category": "household_electricity",
        "resident": {"column": "Customer", "unknown": "refuse"},
        "observed": {"column": "Day", "formats": ["%Y-%m-%d"]},
        "fields": {"electricity": {"column": "Wh", "scale": "0.001"}},
        "reject": [{"reason": "no power", "drop_when": {"electricity": "0.00"}}],
    }


def test_every_mapping_of_the_project_is_read():
    paths = sorted((POLICIES / "mappings").glob("*.toml"))
    mappings = [read_mapping(path, RULES) for path in paths]
    assert "fitbit_daily_activity" in {mapping.code for mapping in mappings}


def test_a_mapping_says_how_columns_become_a_record():
    mapping = parse_mapping("meters", Table(document(), "meters.toml"), RULES)
    assert mapping.category is RULES.category("household_electricity")
    assert mapping.unknown is UnknownResident.REFUSE
    assert mapping.columns[0].scale == Decimal("0.001")
    assert mapping.drops[0].values == {"electricity": 0}


SPOILS: list[tuple[Callable[[Document], object], str]] = [
    (lambda one: one.update(colour="red"), "colour"),
    (lambda one: one.pop("source"), "source"),
    (lambda one: one.update(source="My Meter"), "source"),
    (lambda one: one.update(category="moods"), "category"),
    (lambda one: one["resident"].update(unknown="guess"), "resident.unknown"),
    (lambda one: one["resident"].update(other="x"), "resident.other"),
    (lambda one: one["observed"].update(formats=[]), "observed.formats"),
    (lambda one: one["observed"].update(formats=["%d %B %Y"]), "observed.formats"),
    (lambda one: one["observed"].update(formats=["%Y-%m-%m"]), "observed.formats"),
    (lambda one: one["observed"].update(formats=["%m/%d/%Y", "%d/%m/%Y"]), "different days"),
    (lambda one: one["observed"].update(formats=["%Y-%m-%d %H:%M"]), "observed.formats"),
    (lambda one: one.update(category="half_hourly_electricity"), "observed.formats"),
    (lambda one: one.update(fields={}), "fields"),
    (lambda one: one["fields"].update(mood={"column": "Mood"}), "fields.mood"),
    (lambda one: one["fields"]["electricity"].update(scale="many"), "fields.electricity.scale"),
    (lambda one: one["fields"]["electricity"].update(scale="-1"), "fields.electricity.scale"),
    (lambda one: one["fields"]["electricity"].update(scale=0.001), "fields.electricity.scale"),
    (lambda one: one["fields"]["electricity"].update(codes={}), "fields.electricity.codes"),
    (lambda one: one["fields"]["electricity"].update(column="Day"), "used twice"),
    (lambda one: one["reject"][0].update(drop_when={}), "reject[1].drop_when"),
    (lambda one: one["reject"][0].update(drop_when={"electricity": "no"}), "drop_when.electricity"),
    (lambda one: one["reject"][0].update(drop_when={"household_size": "1"}), "reject"),
    (lambda one: one["reject"][0].pop("reason"), "reject[1].reason"),
]


@pytest.mark.parametrize(("change", "named"), SPOILS)
def test_a_wrong_mapping_is_refused_by_file_and_key(
    change: Callable[[Document], object], named: str
):
    wrong = document()
    change(wrong)
    with pytest.raises(ConfigurationError) as refused:
        parse_mapping("meters", Table(wrong, "meters.toml"), RULES)
    assert refused.value.message.startswith("meters.toml: ")
    assert named in refused.value.message


def test_codes_must_mean_codes_of_the_category():
    wrong = document() | {"category": "profile", "reject": []}
    wrong["fields"] = {"sex": {"column": "Sex", "codes": {"F": "woman"}}}
    with pytest.raises(ConfigurationError, match=r"fields.sex.codes: each must mean one of"):
        parse_mapping("people", Table(wrong, "people.toml"), RULES)


def test_a_missing_mapping_is_refused(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="cannot read"):
        read_mapping(tmp_path / "none.toml", RULES)


@pytest.mark.parametrize("text", ["04/03/2016", "4/3/2016", "04/3/2016"])
def test_a_day_may_be_written_with_or_without_zeros(text: str):
    assert read_instant(text, ["%m/%d/%Y"]) == datetime(2016, 4, 3)  # noqa: DTZ001 - local time
