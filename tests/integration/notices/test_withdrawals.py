"""A resident withdraws by item, purpose, provider or all, and her recipients are told."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from desk import Desk
from provider_client import FIELDS
from recipient import Recipient, event, payload, recipient
from running_bank import BankServer

from infobank.accesslog.writer import Prepared
from infobank.consent.ending.notice import Afterwards
from infobank.consent.ending.withdrawal import Scope
from infobank.consent.errors import WithdrawnConsentError
from infobank.db import accesslog
from infobank.db.unit import Unit
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, ResidentId

WITHDRAWALS = "/api/v1/withdrawals"


@pytest.fixture
def desk(bank_server: BankServer) -> Desk:
    return Desk(bank_server, "hanako")


@pytest.fixture
def told(bank_server: BankServer) -> Recipient:
    return recipient(bank_server)


def consent_of(desk: Desk, told: Recipient) -> dict[str, Any]:
    """Return the newest consent of the resident to a provider."""
    found = desk.get("/api/v1/consents").json()["consents"]
    return next(each for each in found if each["provider"] == told.client.client_id)


def withdraw(desk: Desk, **document: object) -> list[dict[str, Any]]:
    """Withdraw; return what changed."""
    answer = desk.post(WITHDRAWALS, {"afterwards": "delete", **document})
    assert answer.status_code == 200, answer.text
    changed: list[dict[str, Any]] = answer.json()["consents"]
    return changed


def test_an_item_is_taken_out_and_the_rest_stays(desk: Desk, told: Recipient):
    token = told.client.tokens("hanako")["access_token"]
    grant = consent_of(desk, told)["consent"]
    item = {"category": "daily_activity", "fields": ["distance"]}
    (changed,) = withdraw(desk, consent=grant, item=item)
    assert changed["state"] == "live"
    assert changed["items"][0]["fields"] == ["steps", "very_active_minutes"]
    assert told.client.read(token).json()["fields"] == ["steps", "very_active_minutes"]
    (notice,) = told.notices()
    assert event(notice) == f"{told.server.url}/ns/events/consent-narrowed"
    assert payload(notice)["grant_id"] == grant
    assert [each["fields"] for each in payload(notice)["items"]] == [["distance"]]


def test_the_last_item_taken_out_ends_the_consent(desk: Desk, told: Recipient):
    token = told.client.tokens("hanako")["access_token"]
    grant = consent_of(desk, told)["consent"]
    item = {"category": "daily_activity", "fields": list(FIELDS)}
    (changed,) = withdraw(desk, consent=grant, item=item)
    assert changed["state"] == "withdrawn"
    assert told.client.read(token).status_code == 403
    assert event(told.notices()[0]).endswith("/consent-withdrawn")


def test_a_provider_is_shut_out_of_everything_it_had(desk: Desk, told: Recipient):
    tokens = [told.client.tokens("hanako")["access_token"] for _ in range(2)]
    other = recipient(told.server)
    kept = other.client.tokens("hanako")["access_token"]
    assert len(withdraw(desk, provider=told.client.client_id)) == 2
    assert {told.client.read(token).status_code for token in tokens} == {403}
    assert other.client.read(kept).status_code == 200
    assert len(told.notices()) == 2
    assert other.notices() == []


def test_a_purpose_or_everything_ends_for_all_providers(desk: Desk, told: Recipient):
    for scope in ({"purpose": "health_promotion"}, {"everything": True}):
        both = [told, recipient(told.server)]
        tokens = [each.client.tokens("hanako")["access_token"] for each in both]
        grants = {each["consent"] for each in withdraw(desk, **scope)}
        for each, token in zip(both, tokens, strict=True):
            assert each.client.read(token).status_code == 403
            assert payload(each.notices()[-1])["grant_id"] in grants


def test_what_is_named_must_fit_together(desk: Desk, told: Recipient):
    token = told.client.tokens("hanako")["access_token"]
    assert withdraw(desk, provider=told.client.client_id, purpose="research") == []
    assert withdraw(desk, consent=str(uuid4())) == []
    assert told.client.read(token).status_code == 200


@pytest.mark.parametrize(
    "document",
    [
        {"afterwards": "delete"},
        {"everything": True},
        {"everything": False, "afterwards": "keep"},
        {"everything": True, "purpose": "research", "afterwards": "keep"},
        {"purpose": "research", "afterwards": "burn"},
        {"item": {"fields": ["steps"]}, "afterwards": "keep"},
        {"resident": str(uuid4()), "afterwards": "keep"},
    ],
    ids=["nothing", "no word", "not all", "both", "unknown word", "fields alone", "another"],
)
def test_a_withdrawal_that_says_nothing_clear_is_refused(desk: Desk, document: dict[str, object]):
    assert desk.post(WITHDRAWALS, document).status_code == 400


def test_the_choice_is_told_and_recorded(desk: Desk, told: Recipient):
    for choice in Afterwards:
        told.client.tokens("hanako")
        grant = consent_of(desk, told)["consent"]
        path = f"/api/v1/consents/{grant}/withdraw"
        assert desk.post(path, {"afterwards": choice.value}).status_code == 200
        notice = told.notices()[-1]
        assert ("delete_by" in payload(notice)) is (choice is Afterwards.DELETE)
        entry = next(each for each in desk.events() if each["kind"] == "consent_withdrawn")
        assert entry["fields"]["afterwards"] == choice.value
        assert entry["fields"]["notice"] == notice["jti"]


def test_the_resident_follows_a_withdrawal_to_its_end(desk: Desk, told: Recipient):
    told.client.tokens("hanako")
    grant = consent_of(desk, told)["consent"]
    withdraw(desk, consent=grant)
    path = f"/api/v1/consents/{grant}/aftermath"

    def state() -> str:
        (notice,) = desk.get(path).json()["notices"]
        return str(notice["state"])

    assert state() == "waiting"
    (notice,) = told.notices()
    assert state() == "delivered"
    assert told.notices(ack=[notice["jti"]]) == []
    assert state() == "acknowledged"
    assert told.state(notice, told.statement(notice)).status_code == 200
    assert state() == "deleted"
    kinds = [each["kind"] for each in desk.events()[:3]]
    assert kinds == ["deletion_stated", "notice_acknowledged", "consent_withdrawn"]


def test_nobody_follows_somebody_elses_withdrawal(desk: Desk, told: Recipient):
    told.client.tokens("hanako")
    grant = consent_of(desk, told)["consent"]
    withdraw(desk, consent=grant)
    other = Desk(told.server, "taro")
    assert other.get(f"/api/v1/consents/{grant}/aftermath").status_code == 404


def test_two_withdrawals_at_once_leave_one_notice(desk: Desk, told: Recipient):
    told.client.tokens("hanako")
    grant = ConsentId(UUID(consent_of(desk, told)["consent"]))
    server, home = told.server, desk.server.residents["hanako"]

    async def both() -> list[object]:
        acts = [server.bank.withdraw(home, grant) for _ in range(4)]
        return list(await asyncio.gather(*acts, return_exceptions=True))

    outcomes = server.run(both())
    assert sum(isinstance(each, WithdrawnConsentError) for each in outcomes) == 3
    assert len(told.notices()) == 1


def test_all_and_parts_at_once_end_the_consent_and_say_each_item_once(desk: Desk, told: Recipient):
    """Whichever comes first: nobody is told twice of an item, and nothing stays."""
    server, home = told.server, desk.server.residents["hanako"]

    async def race(grant: ConsentId) -> None:
        scopes = [
            Scope(grant, category="daily_activity", fields=frozenset({each})) for each in FIELDS
        ]
        acts = [
            server.bank.withdraw.all_of(home, scope, GivenBy.SELF, Afterwards.DELETE)
            for scope in (*scopes, Scope(grant), *scopes)
        ]
        await asyncio.gather(*acts)

    for _ in range(3):
        known = [each["jti"] for each in told.notices()]
        told.client.tokens("hanako")
        consent = consent_of(desk, told)
        server.run(race(ConsentId(UUID(consent["consent"]))))
        assert consent_of(desk, told)["state"] == "withdrawn"
        items = [each for notice in told.notices(ack=known) for each in payload(notice)["items"]]
        assert sorted(name for each in items for name in each["fields"]) == sorted(FIELDS)


def test_a_withdrawal_whose_database_goes_away_leaves_neither_end_nor_notice(
    desk: Desk, told: Recipient, monkeypatch: pytest.MonkeyPatch
):
    """The connection dies after the notice was written, before anything is durable."""
    token = told.client.tokens("hanako")["access_token"]
    grant = ConsentId(UUID(consent_of(desk, told)["consent"]))
    append = accesslog.append

    async def die(unit: Unit, entries: Sequence[tuple[bytes, Prepared, ResidentId | None]]) -> None:
        await append(unit, entries)
        (found,) = await unit.fetch("SELECT pg_backend_pid() AS pid")
        owner = await asyncpg.connect(told.server.databases.libpq("infobank_owner"))
        await owner.execute("SELECT pg_terminate_backend($1)", found.pid)
        await owner.close()

    home = desk.server.residents["hanako"]
    with monkeypatch.context() as broken:
        broken.setattr(accesslog, "append", die)
        with pytest.raises(Exception, match=r"."):
            told.server.run(told.server.bank.withdraw(home, grant, GivenBy.SELF, Afterwards.DELETE))
    assert told.client.read(token).status_code == 200
    assert told.notices() == []
    told.server.run(told.server.bank.withdraw(home, grant))
    assert told.client.read(token).status_code == 403
    assert len(told.notices()) == 1
