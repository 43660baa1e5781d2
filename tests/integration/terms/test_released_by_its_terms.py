"""What leaves the bank is what every term of the consent allows, decided on rows as they are."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from majority import comes_of_age
from provider_client import register
from running_bank import BankServer
from terms import BENEFIT, HEALTH_CHECK, Granted, certified, granted, reasons, recast


@pytest.fixture
def coarse(bank_server: BankServer) -> Granted:
    """A consent to a month's bands of steps."""
    fields = ["steps", "very_active_minutes"]
    return granted(bank_server, fields=fields, precision={"time": "month", "number": "band"})


def test_months_and_bands_leave_instead_of_days_and_numbers(
    bank_server: BankServer, coarse: Granted
):
    answer = coarse.read()
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["precision"] == {"time": "month", "place": "exact", "number": "band"}
    assert said["bands"] == {"steps": "1000", "very_active_minutes": "15"}
    assert said["obligations"]["coarsen"] == "month/exact/band"
    held = bank_server.deposited("hanako", "daily_activity")[-30:]
    first = bank_server.last_day - timedelta(days=29)
    place = bank_server.bank.policies.category("daily_activity").field_names.index("steps")
    told = sorted(
        (each.observed.replace(day=1).isoformat(), each.values[place] // 1000 * 1000)
        for each in held
        if each.observed >= first and each.values[place] is not None
    )
    assert told
    assert told == sorted(
        (each["observed"], each["values"]["steps"])
        for each in said["records"]
        if each["values"]["steps"] is not None
    )


@pytest.mark.parametrize("query", [{"time": "day"}, {"number": "exact"}])
def test_asking_more_finely_than_was_agreed_is_refused(coarse: Granted, query: dict[str, str]):
    assert reasons(coarse.read(**query)) == {"precision_too_fine"}


def test_asking_more_coarsely_than_was_agreed_is_told_so(bank_server: BankServer):
    said = granted(bank_server).read(time="month").json()
    assert said["precision"] == {"time": "month", "place": "exact", "number": "exact"}
    assert {date.fromisoformat(each["observed"]).day for each in said["records"]} == {1}


def test_what_was_agreed_is_stated_in_the_token(bank_server: BankServer):
    asked = {
        "precision": {"time": "day", "place": "mesh", "number": "band"},
        "most_uses": 5,
        "frequency": {"times": 1, "days": 7},
        "onward": "processors",
        "abroad": True,
        "benefit": BENEFIT,
    }
    client = register(bank_server).asking(**asked)
    (element,) = client.tokens()["authorization_details"]
    assert {name: element[name] for name in asked} == asked


def test_a_trip_is_told_by_the_municipality_in_which_it_began(bank_server: BankServer):
    client = register(bank_server)
    recast(bank_server, client, **certified(bank_server, "research_institute"))
    moved = granted(
        bank_server,
        client=client,
        category="trips",
        fields=["origin", "duration"],
        purpose="research",
        precision={"place": "municipality"},
    )
    answer = moved.read()
    assert answer.status_code == 200, answer.text
    known = set(bank_server.bank.policies.places.values()) | {None}
    told = [each["values"]["origin"] for each in answer.json()["records"]]
    assert told
    assert set(told) <= known
    assert any(told)


def test_a_consent_for_three_uses_is_used_three_times_by_readers_that_race(
    bank_server: BankServer,
):
    counted = granted(bank_server, most_uses=3)
    with bank_server.worker() as second, ThreadPoolExecutor(12) as threads:
        places = [bank_server.url, second] * 12
        answers = list(threads.map(lambda at: counted.client.read(counted.token, at=at), places))
    released = [answer for answer in answers if answer.status_code == 200]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert len(released) == 3
    assert {reason for answer in refused for reason in reasons(answer)} == {"uses_spent"}
    assert counted.uses() == {"total": 3, "stretch": 0, "recent": 3}


def test_a_counted_consent_without_its_count_gives_nothing(bank_server: BankServer):
    counted = granted(bank_server, most_uses=3)
    assert counted.read().status_code == 200
    bank_server.rows("DELETE FROM consent_uses WHERE consent_id::text = $1", counted.consent)
    assert counted.read().status_code == 503


def test_a_frequency_counts_each_stretch_anew(bank_server: BankServer):
    often = granted(bank_server, frequency={"times": 2, "days": 7})
    assert [often.read().status_code for _ in range(3)] == [200, 200, 403]
    assert reasons(often.read()) == {"used_too_often"}
    bank_server.rows(
        "UPDATE consent_uses SET stretch = stretch - 1 WHERE consent_id::text = $1", often.consent
    )
    assert [often.read().status_code for _ in range(3)] == [200, 200, 403]
    assert often.uses() == {"total": 4, "stretch": 0, "recent": 2}


def test_a_use_that_a_machine_with_a_later_clock_counted_is_not_taken_back(
    bank_server: BankServer,
):
    often = granted(bank_server, frequency={"times": 2, "days": 7})
    bank_server.rows(
        "UPDATE consent_uses SET stretch = 1, recent = 1 WHERE consent_id::text = $1",
        often.consent,
    )
    assert often.read().status_code == 503
    assert often.uses() == {"total": 0, "stretch": 1, "recent": 1}


def test_an_uncounted_consent_counts_nothing(bank_server: BankServer):
    free = granted(bank_server)
    assert free.read().status_code == 200
    assert free.uses() is None


def test_a_recipient_abroad_needs_the_residents_word(bank_server: BankServer):
    here = granted(bank_server)
    recast(bank_server, here.client, country="US")
    assert reasons(here.read()) == {"abroad_not_agreed"}
    there = granted(bank_server, client=here.client, abroad=True)
    assert there.read().status_code == 200


def test_a_recipient_that_passes_on_needs_the_residents_word(bank_server: BankServer):
    silent = granted(bank_server)
    recast(bank_server, silent.client, **certified(bank_server, "data_broker"))
    assert reasons(silent.read()) == {"passing_on_not_agreed"}
    stated = granted(bank_server, client=silent.client, onward="others")
    answer = stated.read()
    assert answer.status_code == 200, answer.text
    assert answer.json()["obligations"]["pass_on_to"] == "others"


def test_a_recipient_whose_certificate_lapsed_receives_nothing(bank_server: BankServer):
    vetted = granted(bank_server)
    adviser = certified(bank_server, "energy_adviser")
    recast(bank_server, vetted.client, **adviser)
    assert vetted.read().status_code == 200
    lapsed = dict(adviser["certificates"])
    lapsed[min(lapsed)] = bank_server.bank.clock.now()
    recast(bank_server, vetted.client, certificates=lapsed)
    assert reasons(vetted.read()) == {"recipient_unvetted"}
    recast(bank_server, vetted.client, certificates={})
    assert reasons(vetted.read()) == {"recipient_unvetted"}


def test_a_certificate_written_by_sql_is_none(bank_server: BankServer):
    vetted = granted(bank_server)
    recast(bank_server, vetted.client, **certified(bank_server, "energy_adviser"))
    bank_server.rows(
        "UPDATE providers SET certificates = jsonb_set(certificates, '{isms}', '\"2099-01-01\"')"
        " WHERE provider_id::text = $1",
        vetted.client.client_id,
    )
    assert vetted.read().status_code == 401


def test_special_care_needs_a_yes_by_itself_and_a_benefit(bank_server: BankServer):
    assert reasons(granted(bank_server, **HEALTH_CHECK).read()) == {"special_care_not_explicit"}
    answer = granted(bank_server, **HEALTH_CHECK, benefit=BENEFIT).read()
    assert answer.status_code == 200, answer.text
    assert answer.json()["obligations"]["reward"] == "10"


def test_a_minor_needs_a_guardian_and_who_came_of_age_decides_anew(bank_server: BankServer):
    young = granted(bank_server, "taro")
    now, home = bank_server.bank.clock.now(), bank_server.residents["taro"]
    try:
        comes_of_age(bank_server, home, now + timedelta(days=1))
        assert reasons(young.read()) == {"guardian_needed"}
        comes_of_age(bank_server, home, now - timedelta(days=1))
        assert young.read().status_code == 200
    finally:
        comes_of_age(bank_server, home, None)
