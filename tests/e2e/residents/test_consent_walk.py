"""Consent walked from outside: over HTTP and by command, as the programs of all sides would.

Each test tells one story; all share a bank.  Where a day must pass, a worker that lives
later answers.
"""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests
from asked_requests import accepting, item, visit
from bank_processes import command, environment_for, infobank, said, started, until
from desk import Desk
from mandates import Later, call, conditions, exchange, given, grants, read, stop, told
from provider_client import SECONDS, ProviderClient, registered
from published import claims, keys
from recipient import Recipient, payload
from running_bank import BankServer
from stewards import STEWARDS
from terms import BENEFIT, HEALTH_CHECK, Granted, reasons
from walking import agreed, event, got, opened, redeemed

from infobank.consent.ending.notice import Notice, notice_bytes
from infobank.db.notices import outbox
from infobank.usecases.vault.keyservice import Row
from infobank.vault.bankkeys import RowKind
from infobank.vocabulary.identifiers import ResidentId

DAY = timedelta(hours=25)
"""Longer than a mandate's first disclosure waits."""

EASY = "ja-x-easy"
WORDS = {"ja": "歩く目標を作ります。", "en": "We make a walking goal."}


def test_a_request_is_countered_accepted_and_read_until_its_uses_are_spent(
    bank_server: BankServer, client: ProviderClient
):
    desk = Desk(bank_server, "hanako")
    client = client.asking(
        precision={"time": "day", "place": "exact", "number": "exact"},
        most_uses=9,
        frequency={"times": 2, "days": 7},
        onward="processors",
        benefit=BENEFIT,
        purpose_text=WORDS,
    )
    asked = opened(client, "hanako")
    (waiting,) = got(desk, "requests")["requests"]
    assert waiting["authorization_details"] == [client.element()]
    coarser = {"time": "month", "place": "exact", "number": "band"}
    offered = asked.countered(
        items=[item(client, fields=["steps"], precision=coarser)], most_uses=2, retention_days=7
    )
    again = accepting(asked, offered)
    held = redeemed(client, "hanako", visit(again))
    first, second, third = (held.read() for _ in range(3))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["bands"] == {"steps": "1000"}
    for record in first.json()["records"]:
        assert record["observed"].endswith("-01")
        assert record["values"]["steps"] % 1000 == 0
    assert reasons(third) == {"uses_spent", "used_too_often"}
    for reason in third.json()["reasons"]:
        assert reason["words"]
        assert reason["change"]
    desk.program.headers["Accept-Language"] = EASY
    easy = event(desk, "refusal")["reasons"]
    assert [each["rule"] for each in easy] == [each["rule"] for each in third.json()["reasons"]]
    assert not {each["words"] for each in easy} & {e["words"] for e in third.json()["reasons"]}
    bank_server.sequence()
    for kind, permitted in (("permit", True), ("refusal", False)):
        replayed = got(desk, f"history/{event(desk, kind)['index']}/replay")
        assert (replayed["permitted"], replayed["same"]) == (permitted, True)


def test_a_request_is_refused_by_its_resident_or_taken_back_by_its_provider(
    client: ProviderClient,
):
    refused, taken_back = (opened(client, "hanako") for _ in range(2))
    answer = refused.answer("refuse").json()["redirect"]
    assert parse_qs(urlsplit(answer).query)["error"] == ["access_denied"]
    assert refused.followed().keys() == taken_back.followed().keys()
    assert refused.state() == "answered"
    assert taken_back.program("DELETE").status_code == 204
    assert taken_back.answer("agree", {"items": [item(client)]}).status_code == 404


def test_a_consent_is_narrowed_and_its_resident_asks_who_sees_what(
    bank_server: BankServer, client: ProviderClient
):
    desk = Desk(bank_server, "kenji")
    held = agreed(client, "kenji")
    path = f"/api/v1/consents/{held.consent}/narrow"
    assert desk.post(path, {"retention_days": 31}).json()["code"] == "consent_widened"
    assert desk.post(path, {"items": [item(client, fields=["steps"])]}).status_code == 200
    assert held.read().json()["fields"] == ["steps"]
    assert reasons(held.read(fields="distance")) == {"item_not_covered"}
    (notice,) = Recipient(client).notices()
    assert payload(notice)["items"][0]["fields"] == ["distance", "very_active_minutes"]
    first, second = got(desk, f"consents/{held.consent}/versions")["versions"]
    assert first["changes"] == []
    assert [(each["term"], each["widens"]) for each in second["changes"]] == [("fields", False)]

    def seen(query: str) -> bool:
        sights = got(desk, f"consents/covering?category=daily_activity&{query}")["sights"]
        return client.client_id in [each["provider"] for each in sights]

    today = bank_server.last_day + timedelta(days=1)
    assert (seen("field=steps"), seen("field=distance")) == (True, False)
    assert seen(f"field=distance&on={today}")
    assert not seen(f"field=steps&on={today - timedelta(days=400)}")
    (stops,) = got(desk, f"consents/{held.consent}/stops")["stops"]
    assert (stops["item"]["fields"], stops["kept"]) == (["steps"], [])
    assert cohort(bank_server, client, "steps") == "residents  1"
    assert cohort(bank_server, client, "distance") == "residents  0"


def cohort(server: BankServer, client: ProviderClient, field: str) -> str:
    """Return how many residents would give a field to a provider, as the command says it."""
    period = client.element()["period"]
    days = ("--from", period["from"], "--to", period["to"])
    about = ("--purpose", "health_promotion", "--category", "daily_activity", "--field", field)
    return said(server.settings, "cohort", "--provider", client.client_id, *about, *days).strip()


def test_a_renewal_shows_what_it_widens_and_takes_the_residents_word(
    bank_server: BankServer, client: ProviderClient
):
    desk = Desk(bank_server, "kenji")
    held = agreed(client.asking(fields=["steps"]), "kenji")
    wider = client.asking(fields=["steps", "distance"], consent=held.consent)
    asked = opened(wider, "kenji")
    (change,) = got(desk, f"requests/{asked.request}/changes")["changes"]
    assert (change["term"], change["widens"]) == ("fields", True)
    assert held.read().json()["fields"] == ["steps"]
    answer = asked.answer("agree", {"items": [item(wider)]}, "kenji")
    renewed = redeemed(wider, "kenji", answer.json()["redirect"])
    assert renewed.consent == held.consent
    assert renewed.read().json()["fields"] == ["steps", "distance"]
    assert event(desk, "consent_widened")["fields"]["consent"] == held.consent


def test_a_mandate_answers_after_a_day_and_stopping_it_within_the_day_discloses_nothing(
    bank_server: BankServer, client: ProviderClient
):
    desk, early = Desk(bank_server, "misaki"), client
    made = call(early).json()["call"]
    assert grants(early, made).json()["grants"] == []
    would = desk.post("/api/v1/mandates/preview", conditions()).json()["covers"]
    assert early.client_id in [each["provider"] for each in would]
    mandate = given(bank_server, "misaki")
    assert "consents given by mandate     1" in said(bank_server.settings, "mandates")
    (grant,) = grants(early, made).json()["grants"]
    newest = told(bank_server, "misaki")[0]
    assert (newest["kind"], newest["consent"]) == ("answered", grant["grant_id"])
    late = registered(Desk(bank_server, STEWARDS[0]))
    newest = told(bank_server, "misaki")[0]
    assert (newest["kind"], newest["provider"]) == ("provider_inside", late.client_id)
    covers = got(desk, f"mandates/{mandate}/covers")["covers"]
    assert {early.client_id, late.client_id} <= {each["provider"] for each in covers}
    assert exchange(early, grant["grant_id"]).json()["error"] == "invalid_grant"
    (other,) = grants(late, call(late).json()["call"]).json()["grants"]
    with bank_server.worker(Later(DAY)) as later:
        token = exchange(early, grant["grant_id"], later, DAY).json()["access_token"]
        assert read(early, token, later, DAY).json()["records"]
        assert event(Desk(bank_server, "misaki"), "permit")["fields"]["mandate"] == mandate
        assert stop(bank_server, mandate, "misaki").status_code == 200
        assert reasons(read(early, token, later, DAY)) >= {"consent_withdrawn"}
        never = exchange(late, other["grant_id"], later, DAY)
        assert never.json()["error"] == "invalid_grant"


def test_an_answer_leaves_instead_of_the_data_and_anybody_checks_who_signed_it(
    bank_server: BankServer, client: ProviderClient
):
    period = {"from": "2000-01-01", "to": bank_server.last_day.isoformat()}
    profile = {"category": "profile", "fields": ["birth_year"], "period": period}
    held = agreed(client.asking(**profile, mode="answers"), "hanako")
    offered = requests.get(f"{bank_server.url}/api/v1/inquiries", timeout=SECONDS).json()
    (age,) = [each for each in offered["inquiries"] if each["inquiry"] == "age_at_least"]
    asking = {"inquiry": age["inquiry"], "parameters": {"years": 65}, "nonce": "walk-1"}
    *answers, spent = (client.inquire(held.token, asking) for _ in range(age["most"] + 1))
    assert {each.status_code for each in answers} == {200}
    assert reasons(spent) == {"answers_spent"}
    document = answers[-1].json()
    says = claims(bank_server, document["signed"], "infobank-answer+jwt", client.client_id)
    assert says["answer"] == document["answer"] == {"verdict": "yes"}
    assert (says["nonce"], says["jti"]) == ("walk-1", document["request"])
    assert "consent_for_other_mode" in reasons(held.read())
    permit = event(Desk(bank_server, "hanako"), "permit")
    assert permit["fields"]["inquiry"] == "age_at_least(years=65)"


def test_a_receipt_is_taken_away_and_checked_without_the_bank(
    bank_server: BankServer, client: ProviderClient, tmp_path: Path
):
    desk = Desk(bank_server, "hanako")
    held = agreed(
        client.asking(**HEALTH_CHECK, benefit=BENEFIT), "hanako", explicit=["health_check"]
    )
    assert held.read().json()["obligations"]["reward"] == str(BENEFIT["points"])
    kept = got(desk, f"consents/{held.consent}/receipt")
    says = claims(bank_server, kept["signed"], "infobank-receipt+jwt")
    assert says["receipt"] == kept["receipt"]
    assert says["receipt"]["consent_record"]["record_metadata"]["record_id"] == held.consent
    file, public = tmp_path / "receipt.json", tmp_path / "keys.json"
    file.write_text(json.dumps(kept), "utf-8")
    public.write_text(json.dumps(keys(bank_server)), "utf-8")
    verifying = ("receipt", "verify", file, "--keys", public)
    assert held.consent in said(bank_server.settings, *verifying)
    file.write_text(file.read_text("utf-8").replace('"points": 10', '"points": 99'), "utf-8")
    assert infobank(bank_server.settings, *verifying).returncode == 1
    assert got(desk, f"consents/{held.consent}/odrl")["uid"] == f"urn:uuid:{held.consent}"
    assert desk.get(f"/consents/{held.consent}/receipt").status_code == 200


def test_a_withdrawal_is_followed_to_its_end_and_an_overdue_one_is_escalated(
    bank_server: BankServer, client: ProviderClient, tmp_path: Path
):
    desk = Desk(bank_server, "hanako")
    settled, owed = agreed(client, "hanako"), agreed(client, "hanako")
    recipient = Recipient(client)
    withdrawal = {"provider": client.client_id, "afterwards": "delete"}
    assert len(desk.post("/api/v1/withdrawals", withdrawal).json()["consents"]) == 2
    assert reasons(settled.read()) == reasons(owed.read()) == {"consent_withdrawn"}
    notices = {payload(each)["grant_id"]: each for each in recipient.notices()}
    notice = notices[settled.consent]
    assert payload(notice)["delete_by"] > notice["iat"]
    assert recipient.notices(ack=[each["jti"] for each in notices.values()]) == []
    assert aftermath(desk, settled) == aftermath(desk, owed) == "acknowledged"
    assert recipient.state(notice, recipient.statement(notice)).status_code == 200
    assert aftermath(desk, settled) == "deleted"
    assert event(desk, "deletion_stated")["fields"]["notice"] == notice["jti"]
    late = notices[owed.consent]["jti"]
    assert late not in said(bank_server.settings, "notices")
    # The days pass in which it should have been said.
    make_due(bank_server, bank_server.residents["hanako"], late)
    (line,) = [each for each in said(bank_server.settings, "notices").splitlines() if late in each]
    assert "deletion" in line
    overdue = Desk(bank_server, STEWARDS[0]).get("/api/v1/overdue").json()["overdue"]
    assert late in [each["notice"] for each in overdue]
    assert aftermath(desk, owed) == "overdue"
    assert late not in escalated(desk)
    output = tmp_path / "notifier.txt"
    with started(command("notifier"), environment_for(bank_server.settings), output) as notifier:
        until(lambda: late in escalated(desk), notifier.said)
    bank_server.sequence()
    key = bank_server.settings.log_key.with_suffix(".vkey")
    verified = said(bank_server.settings, "log", "verify", f"{bank_server.url}/log", "--key", key)
    assert verified.splitlines()[-1] == "SOUND"


def make_due(server: BankServer, resident: ResidentId, name: str) -> None:
    """Let a notice be due now, with the bank's own mark: one that SQL moved counts for nothing."""

    async def marked() -> Notice:
        async with server.bank.review.units() as unit:
            found = [each.notice for each in await outbox.of_resident(unit, resident)]
        (notice,) = [each for each in found if str(each.notice_id) == name]
        due = replace(notice, deadline=server.bank.clock.now())
        row = Row(RowKind.NOTICE, notice_bytes(due))
        (mac,) = await server.bank.holdings.keyservice.authenticate([row])
        return replace(due, mac=mac)

    due = server.run(marked())
    moved = "UPDATE notices SET deadline = $2, mac = $3 WHERE notice_id = $1"
    server.rows(moved, due.notice_id, due.deadline, due.mac)


def aftermath(desk: Desk, held: Granted) -> str:
    """Return how far the notice of a withdrawn consent has come, as its resident sees it."""
    (notice,) = got(desk, f"consents/{held.consent}/aftermath")["notices"]
    return str(notice["state"])


def escalated(desk: Desk) -> list[str]:
    """Return the notices of which a resident was told that they are overdue."""
    found = [each for each in desk.events() if each["kind"] == "deletion_overdue"]
    return [each["fields"]["notice"] for each in found]
