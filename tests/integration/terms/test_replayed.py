"""An old decision is made again from what it was made of, whatever has changed since."""

import json
import shutil
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from desk import Desk
from running_bank import BankServer
from terms import Granted, certified, granted, reasons, recast

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.clock import SystemClock
from infobank.demo.city.cast import AUDITOR, STEWARD
from infobank.usecases.decisions.cohort import Wanted
from infobank.usecases.decisions.replay import Replayed
from infobank.vocabulary.counted import Counted
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period

DECISIONS = {"permit", "refusal"}


def decisions(held: Granted) -> list[dict[str, Any]]:
    """Return what was decided about the resident under a consent, oldest first."""
    held.server.sequence()
    events = Desk(held.server, held.resident).events()
    mine = [each for each in events if each["fields"].get("consent") == held.consent]
    return [each for each in reversed(mine) if each["kind"] in DECISIONS]


def replayed(held: Granted, event: dict[str, Any]) -> dict[str, Any]:
    """Return how a decision turns out again."""
    answer = Desk(held.server, held.resident).get(f"/api/v1/history/{event['index']}/replay")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def decided(bank_server: BankServer) -> Granted:
    """A consent under which was decided: a permit, then refusals for reasons of each kind."""
    held = granted(bank_server, most_uses=1)
    desk = Desk(bank_server, held.resident)
    assert held.read(fields="steps").status_code == 200
    assert reasons(held.read(fields="steps")) == {"uses_spent"}
    stopped = desk.ask("restrictions", {"category": "daily_activity"})
    assert reasons(held.read(fields="steps")) == {"uses_spent", "restricted"}
    assert desk.lift(stopped).status_code == 200
    recast(bank_server, held.client, country="US")
    assert reasons(held.read(fields="steps")) == {"uses_spent", "abroad_not_agreed"}
    return held


def test_a_decision_is_the_same_after_everything_it_leaned_on_has_changed(decided: Granted):
    server, desk = decided.server, Desk(decided.server, decided.resident)
    element = decided.client.element()
    item = {name: element[name] for name in ("category", "period")} | {"fields": ["distance"]}
    narrow = desk.post(f"/api/v1/consents/{decided.consent}/narrow", {"items": [item]})
    assert narrow.status_code == 200, narrow.text
    lapsed = certified(server, "energy_adviser") | {"certificates": {}}
    recast(server, decided.client, **lapsed, country="JP")
    now = reasons(decided.read(fields="steps"))
    assert now >= {"recipient_unvetted", "item_not_covered"}
    events = decisions(decided)
    found = [replayed(decided, event) for event in events]
    assert [each["permitted"] for each in found] == [True, *[False] * (len(found) - 1)]
    assert len(found) == 5
    for event, each in zip(events, found, strict=True):
        assert each["same"], each
        assert each["reasons"] == event["fields"]["reasons"].split(",") == each["again"]
        assert (each["consent"], each["version"]) == (decided.consent, event["fields"]["version"])


def test_a_decision_is_read_against_the_rules_of_its_day(decided: Granted, tmp_path: Path):
    server, folder = decided.server, tmp_path / "policies"
    shutil.copytree(server.settings.policies, folder)
    purpose = folder / "purposes" / "health_promotion.toml"
    purpose.write_text("retired = 2020-01-01\n" + purpose.read_text("utf-8"), "utf-8")
    settings = replace(server.settings, policies=folder)
    events, home = decisions(decided), server.residents[decided.resident]

    async def tomorrow() -> tuple[list[Replayed], bool]:
        async with open_bank(settings, Databases(settings, None)) as bank:
            await bank.upkeep.announce_policies()
            assert bank.policies.purpose("health_promotion").retired_at is not None
            found = [await bank.replay(home, event["index"]) for event in events]
            return found, bank.policies.knows(server.bank.policies.digest)

    found, known = server.run(tomorrow())
    assert [each.same for each in found] == [True] * 4
    assert {each.again.policy_digest for each in found} == {server.bank.policies.digest}
    assert known, "consents of yesterday would count for nothing"


def test_a_consent_of_yesterdays_rules_counts_under_those_of_today(
    bank_server: BankServer, tmp_path: Path
):
    held, folder = granted(bank_server), tmp_path / "policies"
    shutil.copytree(bank_server.settings.policies, folder)
    house = folder / "house.toml"
    house.write_text(house.read_text("utf-8") + "# of today", "utf-8")
    today = replace(bank_server, settings=replace(bank_server.settings, policies=folder))
    with today.worker(SystemClock()) as at:
        answer = held.client.read(held.token, at=at)
        assert answer.status_code == 200, answer.text
    bank_server.rows("DELETE FROM policy_versions")
    with today.worker(SystemClock()) as at:
        assert reasons(held.client.read(held.token, at=at)) == {"unknown_policies"}
    bank_server.run(bank_server.bank.upkeep.announce_policies())


def test_a_version_written_by_sql_leads_to_another_answer(decided: Granted):
    decided.server.rows(
        "UPDATE consent_versions SET abroad = true WHERE consent_id::text = $1", decided.consent
    )
    found = [replayed(decided, event) for event in decisions(decided)]
    assert [each["same"] for each in found] == [False] * 4
    assert all("no_consent" in each["again"] for each in found)


def test_rules_that_are_not_what_they_are_filed_under_are_none(decided: Granted):
    server, event = decided.server, decisions(decided)[0]
    digest = bytes.fromhex(event["fields"]["policies"])
    put = "UPDATE policy_versions SET files = $2 WHERE digest = $1"
    (genuine,) = server.rows("SELECT files FROM policy_versions WHERE digest = $1", digest)
    files = json.loads(zlib.decompress(genuine["files"]))
    files["house.toml"] += "# another"
    try:
        server.rows(put, digest, zlib.compress(json.dumps(files).encode()))
        desk = Desk(server, decided.resident)
        answer = desk.get(f"/api/v1/history/{event['index']}/replay")
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            "the rules of that day are not kept",
        )
    finally:
        server.rows(put, digest, genuine["files"])
    assert replayed(decided, event)["same"]


def test_nobody_replays_what_is_not_hers_or_no_decision(decided: Granted):
    event = decisions(decided)[0]
    path = f"/api/v1/history/{event['index']}/replay"
    assert Desk(decided.server, "taro").get(path).status_code == 404
    desk = Desk(decided.server, decided.resident)
    given = next(each for each in desk.events() if each["kind"] == "consent_given")
    assert desk.get(f"/api/v1/history/{given['index']}/replay").status_code == 404


def test_a_steward_hears_how_many_and_never_who(decided: Granted):
    server, period = decided.server, decided.client.element()["period"]
    fresh = granted(server)
    asked = {
        "provider": fresh.client.client_id,
        "purpose": "health_promotion",
        "category": "daily_activity",
        "fields": "steps",
        **period,
    }
    path = f"/api/v1/cohort?{urlencode(asked)}"
    counted = Desk(server, STEWARD.handle).get(path)
    assert (counted.status_code, counted.json()) == (200, {"residents": 1, "more": False})
    abroad = f"/api/v1/cohort?{urlencode(asked | {'provider': decided.client.client_id})}"
    assert Desk(server, STEWARD.handle).get(abroad).json() == {"residents": 0, "more": False}
    assert Desk(server, "hanako").get(path).status_code == 403
    unknown = f"/api/v1/cohort?{urlencode(asked | {'category': 'nonsense'})}"
    assert Desk(server, STEWARD.handle).get(unknown).status_code == 400
    server.sequence()
    events = Desk(server, AUDITOR.handle).get("/api/v1/log").json()["events"]
    counts = [each["fields"] for each in events if each["kind"] == "audit_read"]
    assert [each["what"] for each in counts] == ["cohort_counted"] * 2
    assert sorted(each["residents"] for each in counts) == [0, 1]


def test_a_count_looks_for_so_many_and_then_says_that_there_are_more(bank_server: BankServer):
    held = granted(bank_server)
    item = Item("daily_activity", ("steps",), Period(bank_server.last_day, bank_server.last_day))
    provider = ProviderId(UUID(held.client.client_id))
    wanted = Wanted(provider, "health_promotion", item, OutputMode.RECORDS)
    counting = bank_server.bank.count_cohort
    assert bank_server.run(counting(wanted, None)) == Counted(1, more=False)
    few = replace(counting, most=0)
    assert bank_server.run(few(wanted, None)) == Counted(0, more=True)
