"""The synthetic city as one stream of residents with their records."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import islice

import numpy as np

from infobank.demo.city.activity import daily_activity, rainy_days
from infobank.demo.city.electricity import half_hourly, household_electricity
from infobank.demo.city.health import health_check
from infobank.demo.city.residents import Person, SyntheticResident, people
from infobank.demo.city.series import Columns, Series, to_records
from infobank.demo.city.trips import trips
from infobank.errors import InvalidInputError
from infobank.vocabulary.rules.policies import Policies


def make_city(
    policies: Policies, seed: int, last_day: date, residents: int = 2000, days: int = 90
) -> Iterator[SyntheticResident]:
    """Return synthetic residents with records of the days up to and including `last_day`.

    The same arguments give the same residents with the same version of numpy.  The
    first residents are the cast.  Records hold the fields that `policies` names, in
    its order; a field that the city knows nothing about is absent.  Half-hourly
    electricity and trips belong to the cast and to every twentieth household only.

    Raises:
        InvalidInputError: `residents` or `days` is below 1, or the policies lack a category.
    """
    if residents < 1 or days < 1:
        raise InvalidInputError("a city needs at least one resident and one day")
    calendar = [last_day - timedelta(days=back) for back in reversed(range(days))]
    rain = rainy_days(np.random.default_rng([seed, 1]), days)
    for person in islice(people(seed), residents):
        draw = np.random.default_rng([seed, 2, person.number])
        series: dict[str, Series] = {
            "profile": _profile(person, calendar),
            "daily_activity": daily_activity(draw, person, calendar, rain),
            "health_check": health_check(draw, person, calendar),
        }
        if person.pays:
            meter = household_electricity(draw, person, calendar)
            series["household_electricity"] = meter
        if person.measured_closely:
            closely = np.random.default_rng([seed, 3, person.number])
            series["trips"] = trips(closely, person, series["daily_activity"])
            if person.pays:
                series["half_hourly_electricity"] = half_hourly(closely, meter)
        yield _resident(policies, person, last_day, series)


def _resident(
    policies: Policies, person: Person, last_day: date, series: Mapping[str, Series]
) -> SyntheticResident:
    return SyntheticResident(
        number=person.number,
        name=person.name,
        birth_year=last_day.year - person.age,
        sex=person.sex,
        area=person.area,
        household=person.household,
        records={code: to_records(policies.category(code), one) for code, one in series.items()},
    )


def _profile(person: Person, calendar: list[date]) -> Series:
    """Return one record on the first day: what the resident told the bank on joining."""
    columns: Columns = {
        "name": [person.name],
        "birth_year": [calendar[-1].year - person.age],
        "sex": [person.sex],
        "area": [person.area],
    }
    return Series(calendar[:1], columns)
