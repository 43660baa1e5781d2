"""Narrowing and widening are different acts, and every version of a consent is kept."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from desk import Desk
from provider_client import FIELDS, agree, open_request, register
from running_bank import BankServer
from terms import Granted, granted, reasons, renewed

from infobank.consent.errors import UnknownConsentError
from infobank.consent.question import DisclosureRequest
from infobank.usecases.consent.disclose import Wish, wanted_item
from infobank.usecases.consent.grounds import Grounds, recipient_of
from infobank.vocabulary.identifiers import ConsentId


def item(held: Granted, **members: object) -> dict[str, Any]:
    """Return the item of a consent as a narrowing names it, with other members."""
    element = held.client.element()
    return {name: element[name] for name in ("category", "fields", "period")} | members


def narrow(held: Granted, document: Mapping[str, Any]) -> requests.Response:
    """Narrow a consent as its resident's program does."""
    return Desk(held.server, held.resident).post(
        f"/api/v1/consents/{held.consent}/narrow", document
    )


def versions(held: Granted) -> list[dict[str, Any]]:
    """Return every version of a consent as its resident sees them."""
    desk = Desk(held.server, held.resident)
    found: list[dict[str, Any]] = desk.get(f"/api/v1/consents/{held.consent}/versions").json()[
        "versions"
    ]
    return found


def kinds(held: Granted) -> list[str]:
    """Return what the newest events of the resident are, newest first."""
    return [each["kind"] for each in Desk(held.server, held.resident).events()]


def test_a_narrowed_consent_gives_what_is_left_under_the_same_token(bank_server: BankServer):
    held = granted(bank_server)
    answer = narrow(held, {"items": [item(held, fields=["steps"])], "most_uses": 2})
    assert answer.status_code == 200, answer.text
    assert answer.json()["items"][0]["fields"] == ["steps"]
    assert held.read().json()["fields"] == ["steps"]
    assert reasons(held.read(fields="steps,distance")) == {"item_not_covered"}
    assert held.read().status_code == 200
    assert reasons(held.read()) == {"uses_spent"}
    assert kinds(held).count("consent_narrowed") == 1


def test_every_version_is_kept_with_what_it_changed_and_who_said_so(bank_server: BankServer):
    held = granted(bank_server)
    assert narrow(held, {"retention_days": 7}).status_code == 200
    assert narrow(held, {"onward": "nobody", "retention_days": 7}).status_code == 200
    first, second = versions(held)
    assert (first["version"], second["version"]) == (1, 2)
    assert first["terms"]["retention_days"] == 30
    assert first["changes"] == []
    assert second["changed_by"] == "self"
    assert second["changes"] == [
        {"term": "retention_days", "category": None, "before": 30, "after": 7, "widens": False}
    ]
    macs = bank_server.rows(
        "SELECT mac FROM consent_versions WHERE consent_id::text = $1", held.consent
    )
    assert None not in {row["mac"] for row in macs}


WIDER: Mapping[str, Mapping[str, Any]] = {
    "longer retention": {"retention_days": 31},
    "passed on": {"onward": "processors"},
    "abroad": {"abroad": True},
}


@pytest.mark.parametrize("document", WIDER.values(), ids=WIDER)
def test_nobody_widens_by_narrowing(bank_server: BankServer, document: Mapping[str, Any]):
    held = granted(bank_server)
    answer = narrow(held, document)
    assert (answer.status_code, answer.json()["code"]) == (400, "consent_widened")
    assert held.row()["version"] == 1


def test_more_days_more_fields_and_finer_steps_are_wider_too(bank_server: BankServer):
    held = granted(bank_server, precision={"time": "day", "number": "band"})
    last = bank_server.last_day
    wider = [
        item(held, precision={"time": "day", "number": "exact"}),
        item(held, fields=[*FIELDS, "calories"], precision={"time": "day", "number": "band"}),
        item(
            held,
            period={"from": (last - timedelta(days=40)).isoformat(), "to": last.isoformat()},
            precision={"time": "day", "number": "band"},
        ),
    ]
    assert {narrow(held, {"items": [each]}).json()["code"] for each in wider} == {"consent_widened"}
    assert narrow(held, {"until": (last + timedelta(days=181)).isoformat()}).status_code == 400


def test_a_consent_that_ended_is_narrowed_no_more(bank_server: BankServer):
    held = granted(bank_server)
    home = bank_server.residents[held.resident]
    consent = bank_server.run(bank_server.bank.review.of_resident(home))[0][0]
    bank_server.run(bank_server.bank.withdraw(home, consent.consent_id))
    assert narrow(held, {"retention_days": 1}).status_code == 409
    assert held.row()["version"] == 2


def test_somebody_elses_consent_is_unknown(bank_server: BankServer):
    held = granted(bank_server)
    answer = Desk(bank_server, "taro").post(
        f"/api/v1/consents/{held.consent}/narrow", {"retention_days": 1}
    )
    assert answer.status_code == 404
    listed = Desk(bank_server, "taro").get(f"/api/v1/consents/{held.consent}/versions")
    assert listed.status_code == 404


def test_two_narrowings_at_once_both_hold(bank_server: BankServer):
    held = granted(bank_server)
    home, consent = bank_server.residents[held.resident], ConsentId(held.row()["consent_id"])

    async def both() -> None:
        bank = bank_server.bank
        await asyncio.gather(
            bank.narrow(home, consent, lambda terms: replace(terms, retention_days=5)),
            bank.narrow(home, consent, lambda terms: replace(terms, most_uses=9)),
        )

    bank_server.run(both())
    row = held.row()
    assert (row["version"], row["retention_days"], row["most_uses"]) == (3, 5, 9)


def test_a_narrowing_returns_only_when_nothing_wider_is_on_its_way(bank_server: BankServer):
    held = granted(bank_server)
    home = bank_server.residents[held.resident]
    bank = bank_server.bank
    consent, provider = bank_server.run(bank.review.of_resident(home))[0]
    request = DisclosureRequest(
        home,
        recipient_of(provider, bank.policies),
        consent.terms.purpose,
        wanted_item(consent, Wish("daily_activity")),
        consent.terms.mode,
    )
    waiting = """
        SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database
        WHERE locktype = 'advisory' AND NOT granted AND d.datname = current_database()
    """

    async def work() -> bool:
        async with bank.disclose(request, Grounds(consent)) as disclosure:
            assert disclosure.decision.permitted
            narrowing = asyncio.ensure_future(
                bank.narrow(
                    home, consent.consent_id, lambda terms: replace(terms, retention_days=1)
                )
            )
            async with bank.review.units() as unit:
                while not narrowing.done() and not await unit.fetch(waiting):
                    continue
            early = narrowing.done()
        await narrowing
        return early

    assert bank_server.run(work()) is False


def test_agreeing_to_a_request_that_names_a_consent_changes_that_consent(
    bank_server: BankServer,
):
    held = granted(bank_server, fields=["steps"], most_uses=1)
    assert held.read().status_code == 200
    asking = held.client.asking(fields=["steps", "distance"], most_uses=2, consent=held.consent)
    again = renewed(asking, "hanako")
    assert again.consent == held.consent
    assert held.row()["version"] == 2
    assert held.read().json()["fields"] == ["steps", "distance"]
    assert again.read().status_code == 200
    assert reasons(again.read()) == {"uses_spent"}
    assert kinds(held).count("consent_widened") == 1
    assert {(each["term"], each["widens"]) for each in versions(held)[1]["changes"]} == {
        ("fields", True),
        ("most_uses", True),
    }


def test_what_a_renewal_hides_is_told_before_it_is_agreed_to(bank_server: BankServer):
    held = granted(bank_server)
    last = bank_server.last_day
    asking = held.client.asking(
        consent=held.consent,
        until=(last + timedelta(days=200)).isoformat(),
        onward="processors",
    )
    url = asking.authorization_url(asking.push())
    home, request = open_request(bank_server, "hanako", url)
    changes = bank_server.run(bank_server.bank.authorize.changes(home, request))
    assert changes is not None
    assert {change.term for change in changes if change.widens} == {"valid_until", "onward"}
    assert held.row()["version"] == 1


def test_a_request_that_names_no_consent_changes_none(bank_server: BankServer):
    client = register(bank_server)
    home, request = open_request(bank_server, "hanako", client.authorization_url(client.push()))
    assert bank_server.run(bank_server.bank.authorize.changes(home, request)) is None


def test_a_consent_of_others_is_not_changed_by_a_request_that_names_it(bank_server: BankServer):
    hers = granted(bank_server, "hanako")
    his = granted(bank_server, "taro", client=hers.client)
    for client, handle in (
        (register(bank_server), "hanako"),  # another provider
        (his.client, "taro"),  # another resident's consent
        (hers.client.asking(purpose="research", mode="answers"), "hanako"),
    ):
        asking = client.asking(consent=hers.consent)
        with pytest.raises(UnknownConsentError):
            agree(bank_server, handle, asking.authorization_url(asking.push()), FIELDS)
    assert hers.row()["version"] == 1


def test_a_withdrawn_consent_comes_back_under_no_request(bank_server: BankServer):
    held = granted(bank_server)
    home = bank_server.residents["hanako"]
    bank_server.run(bank_server.bank.withdraw(home, ConsentId(held.row()["consent_id"])))
    asking = held.client.asking(consent=held.consent)
    with pytest.raises(UnknownConsentError):
        agree(bank_server, "hanako", asking.authorization_url(asking.push()), FIELDS)
    assert held.row()["withdrawn_at"] is not None


def test_a_request_that_was_refused_can_still_be_answered(bank_server: BankServer):
    """What names a consent that cannot be changed leaves the request as it was."""
    held = granted(bank_server)
    asking = register(bank_server).asking(consent=held.consent)
    url = asking.authorization_url(asking.push())
    with pytest.raises(UnknownConsentError):
        agree(bank_server, "hanako", url, FIELDS)
    query = parse_qs(urlsplit(url).query)
    assert query["client_id"] == [asking.client_id]
    home = bank_server.residents["hanako"]
    waiting = bank_server.run(bank_server.bank.authorize.waiting(home))
    assert [str(each.provider) for each, _ in waiting].count(asking.client_id) == 1
