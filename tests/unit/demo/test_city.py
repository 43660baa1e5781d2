"""The synthetic city: like the published tables, the same from the same seed, and valid."""

import itertools
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from infobank.demo.city import SyntheticResident, make_city
from infobank.demo.city.activity import OLD
from infobank.demo.city.anchors import anchors
from infobank.demo.city.cast import RESIDENTS
from infobank.demo.city.electricity import mean_kilowatt_hours
from infobank.demo.city.health import OBESE, THIN, bmi_of
from infobank.demo.city.trips import mesh_code
from infobank.errors import InvalidInputError
from infobank.policies import read_policies

RULES = read_policies(Path(__file__).parents[3] / "policies", "Asia/Tokyo").policies
LAST_DAY = date(2026, 11, 20)
SEED = 1
DAYS = 28


@cache
def city() -> tuple[SyntheticResident, ...]:
    """Return the city of the demonstration over four whole weeks."""
    return tuple(make_city(RULES, SEED, LAST_DAY, days=DAYS))


def age(resident: SyntheticResident) -> int:
    return LAST_DAY.year - resident.birth_year


def values(resident: SyntheticResident, category: str, field: str) -> list[Any]:
    place = RULES.category(category).field_names.index(field)
    return [record.values[place] for record in resident.records[category]]


def measured_closely() -> list[SyntheticResident]:
    return [one for one in city() if "trips" in one.records]


def drawn() -> Iterable[SyntheticResident]:
    """Return those whom the cast does not fix."""
    return city()[len(RESIDENTS) :]


def test_it_has_as_many_residents_and_days_as_asked():
    assert [resident.number for resident in city()] == list(range(1, 2001))
    days = {record.observed for resident in city() for record in resident.records["daily_activity"]}
    assert (min(days), max(days), len(days)) == (
        LAST_DAY - timedelta(days=DAYS - 1),
        LAST_DAY,
        DAYS,
    )


def test_it_covers_ninety_days_unless_told_otherwise():
    hanako = next(make_city(RULES, SEED, LAST_DAY))
    meter = [record.observed for record in hanako.records["household_electricity"]]
    assert meter == [LAST_DAY - timedelta(days=back) for back in reversed(range(90))]


def test_every_value_is_one_that_its_field_may_hold():
    for resident in city():
        for code, records in resident.records.items():
            fields = RULES.category(code).fields
            for record in records:
                for field, value in zip(fields, record.values, strict=True):
                    field.check(value)


def test_the_same_seed_gives_the_same_city():
    again = make_city(RULES, SEED, LAST_DAY, residents=40, days=DAYS)
    assert list(again) == list(city()[:40])


def test_another_seed_gives_another_city():
    other = list(make_city(RULES, SEED + 1, LAST_DAY, residents=40, days=DAYS))
    drawn_records = [one.records["daily_activity"] for one in other]
    assert drawn_records != [one.records["daily_activity"] for one in city()[:40]]


@pytest.mark.parametrize(
    ("sex", "group"), list(itertools.product(("male", "female"), ("under_65", "from_65")))
)
def test_mean_steps_of_each_group_are_near_the_survey(sex: str, group: str):
    published = anchors()["steps"]["level"][sex][group]
    means = [
        mean(values(one, "daily_activity", "steps"))
        for one in drawn()
        if one.sex == sex and (age(one) >= OLD) == (group == "from_65")
    ]
    # a mean of at least 250 log-normal persons (CV 0.55) has a standard error near 3.5 %,
    # and the city's own mix of ages moves the group by some per cent more
    assert mean(means) == pytest.approx(published, rel=0.12)


def test_saturdays_and_sundays_are_quieter():
    by_day: dict[int, list[int]] = {day: [] for day in range(7)}
    for resident in city():
        for record in resident.records["daily_activity"]:
            steps = record.values[0]
            assert isinstance(steps, int)
            by_day[record.observed.weekday()].append(steps)
    weekday = mean(mean(by_day[day]) for day in range(5))
    assert mean(by_day[6]) / weekday == pytest.approx(0.82, abs=0.04)
    assert mean(by_day[6]) < mean(by_day[5]) < weekday


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_mean_electricity_of_each_household_size_is_near_the_statistics(size: int):
    calendar = [LAST_DAY - timedelta(days=back) for back in range(DAYS)]
    published = mean(mean_kilowatt_hours(size, day) for day in calendar)
    means = [
        mean(values(one, "household_electricity", "electricity")) / 100
        for one in drawn()
        if one.household.size == size and "household_electricity" in one.records
    ]
    assert mean(means) == pytest.approx(published, rel=0.08)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6])
def test_the_days_of_a_year_add_up_to_the_years_electricity(size: int):
    year = [date(2025, 1, 1) + timedelta(days=day) for day in range(365)]
    published = anchors()["electricity"]["yearly"]["kwh"][size - 1]
    assert sum(mean_kilowatt_hours(size, day) for day in year) == pytest.approx(published, rel=0.01)


def test_one_adult_of_each_household_has_its_electricity():
    payers: dict[int, int] = {}
    for resident in city()[:-2]:  # the last household may be cut off
        number = resident.household.number
        payers[number] = payers.get(number, 0) + ("household_electricity" in resident.records)
    assert set(payers.values()) == {1}


def test_half_hours_add_up_to_their_day():
    for one in measured_closely():
        if "half_hourly_electricity" not in one.records:
            continue
        sums: dict[date, int] = {}
        for record in one.records["half_hourly_electricity"]:
            assert isinstance(record.values[0], int)
            sums[record.observed] = sums.get(record.observed, 0) + record.values[0]
        days = dict(zip(sums, values(one, "household_electricity", "electricity"), strict=True))
        assert len(one.records["half_hourly_electricity"]) == 48 * DAYS
        assert all(abs(sums[day] - used) <= 24 for day, used in days.items())


def test_more_is_used_in_the_evening_than_before_dawn():
    for one in measured_closely()[:20]:
        if "half_hourly_electricity" in one.records:
            by_hour: dict[int, int] = {}
            for record in one.records["half_hourly_electricity"]:
                used = record.values[0]
                assert isinstance(used, int)
                hour = record.minute // 60
                by_hour[hour] = by_hour.get(hour, 0) + used
            assert by_hour[19] > 2 * by_hour[4]


def test_the_cast_and_a_twentieth_of_the_households_are_measured_closely():
    homes = {one.household.number for one in city()}
    measured = {one.household.number for one in measured_closely()}
    assert {role.number for role in RESIDENTS} <= measured
    assert len(measured) == pytest.approx(len(homes) / 20, abs=len(RESIDENTS) + 1)


def test_trips_follow_each_other_and_lead_back():
    for one in measured_closely():
        made = one.records["trips"]
        moments = [(trip.observed, trip.minute) for trip in made]
        assert moments == sorted(set(moments))
        for out, back in zip(made[::2], made[1::2], strict=True):
            assert out.values[:2] == back.values[1::-1]
            assert isinstance(out.values[3], int)
            assert out.observed == back.observed
            assert out.minute + out.values[3] < back.minute


@pytest.mark.parametrize(
    ("latitude", "longitude", "code"),
    [
        (35.681236, 139.767125, "53394611"),  # Tokyo Station
        (36.0, 140.0, "54400000"),
        (35.9999, 139.9999, "53397799"),
    ],
)
def test_a_place_lies_in_its_mesh(latitude: float, longitude: float, code: str):
    assert mesh_code(latitude, longitude) == code


def test_households_are_as_large_as_in_kashiwa():
    sizes = {one.household.number: one.household.size for one in drawn()}
    published = anchors()["households"]["mean"]["persons"]
    assert mean(sizes.values()) == pytest.approx(published, rel=0.05)


@pytest.mark.parametrize("sex", ["male", "female"])
def test_systolic_pressure_is_near_the_survey_once_age_is_taken_off(sex: str):
    table, spread = anchors()["systolic"], anchors()["health_spread"]
    centres = [table["lowest"] + 10 * place + 5 for place in range(len(table[sex]))]
    published = sum(
        centre * count for centre, count in zip(centres, table[sex], strict=True)
    ) / sum(table[sex])
    plain = [
        values(one, "health_check", "systolic")[0]
        - spread["systolic_by_year"] * (age(one) - spread["systolic_age"])
        for one in drawn()
        if one.sex == sex
    ]
    assert mean(plain) == pytest.approx(published, abs=2.5)


def test_the_upper_pressure_is_always_well_above_the_lower():
    for one in city():
        systolic = values(one, "health_check", "systolic")[0]
        assert systolic - values(one, "health_check", "diastolic")[0] >= 20


@pytest.mark.parametrize("sex", ["male", "female"])
def test_as_many_are_thin_and_obese_as_in_the_survey(sex: str):
    published = anchors()["bmi"][sex]
    normal = bmi_of(sex)
    assert normal.cdf(THIN) == pytest.approx(published["thin"])
    assert 1 - normal.cdf(OBESE) == pytest.approx(published["obese"])
    found = [values(one, "health_check", "bmi")[0] / 10 for one in drawn() if one.sex == sex]
    assert mean(one >= OBESE for one in found) == pytest.approx(published["obese"], abs=0.04)
    assert mean(one < THIN for one in found) == pytest.approx(published["thin"], abs=0.03)


def test_who_walks_more_uses_more_energy_and_sits_less():
    for one in city()[:200]:
        days = [record.values for record in one.records["daily_activity"]]
        energy = [day[8] for day in sorted(days, key=lambda day: day[0] or 0)]
        assert energy == sorted(energy, key=lambda kilocalories: kilocalories or 0)
        for _, _, _, _, *minutes, _ in days:
            assert sum(part for part in minutes if isinstance(part, int)) <= 1440


def test_every_name_says_that_it_is_synthetic():
    names = [one.name for one in city()]
    assert all(name.startswith("合成 ") for name in names)
    assert len(set(names)) == len(names)


def test_the_cast_are_the_first_residents():
    for role, resident in zip(RESIDENTS, city(), strict=False):
        assert (role.number, role.name, role.sex) == (resident.number, resident.name, resident.sex)
        assert (role.age, role.household_size) == (age(resident), resident.household.size)
        assert set(resident.records) == set(RULES.categories)
        assert all(resident.records.values())


def test_every_figure_names_a_known_source():
    known = set(anchors()["sources"])

    def sourced(table: dict[str, Any]) -> bool:
        inner = [value for value in table.values() if isinstance(value, dict)]
        return table.get("source") in known or (bool(inner) and all(map(sourced, inner)))

    for name, table in anchors().items():
        if name != "sources":
            assert sourced(table), name


def test_an_empty_city_is_refused():
    with pytest.raises(InvalidInputError):
        next(make_city(RULES, SEED, LAST_DAY, residents=0))
