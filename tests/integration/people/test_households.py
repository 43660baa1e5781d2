"""What a household shares is given to nobody until each of its adults agrees."""

from typing import Any

import pytest
from desk import Desk
from newcomers import newcomer
from running_bank import BankServer
from terms import ELECTRICITY, Granted, granted, reasons

MINE = "/api/v1/household"


@pytest.fixture(scope="module")
def steward(bank_server: BankServer) -> Desk:
    return Desk(bank_server, "steward")


def shared(server: BankServer, handle: str) -> Granted:
    """Let somebody move in who gives a provider her household's data."""
    newcomer(
        server,
        handle,
        {"household_electricity": server.deposited("hanako", "household_electricity")},
    )
    return granted(server, handle, **ELECTRICITY)


def registered(steward: Desk, *adults: str, minors: tuple[str, ...] = ()) -> str:
    document = {"adults": list(adults), "minors": list(minors)}
    answer = steward.post("/api/v1/households", document)
    assert answer.status_code == 201, answer.text
    household: str = answer.json()["household"]
    return household


def say(desk: Desk, household: str, *, agrees: bool) -> dict[str, Any]:
    answer = desk.post(f"{MINE}/agreement", {"household": household, "agrees": agrees})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def test_each_adult_agrees_and_may_end_it(bank_server: BankServer, steward: Desk):
    given = shared(bank_server, "wife")
    newcomer(bank_server, "husband")
    newcomer(bank_server, "daughter")
    assert given.read().status_code == 200
    household = registered(steward, "wife", "husband", minors=("daughter",))
    assert reasons(given.read()) == {"household_disagrees"}
    husband, daughter = Desk(bank_server, "husband"), Desk(bank_server, "daughter")
    first = say(husband, household, agrees=True)
    assert first == say(husband, household, agrees=True)
    assert given.read().status_code == 200
    said = husband.events()[0]["fields"]
    assert (said["what"], said["by"]) == ("household_agreed", "self")
    assert say(husband, household, agrees=False)["agreed_at"] is None
    assert reasons(given.read()) == {"household_disagrees"}
    say(husband, household, agrees=True)
    assert given.read().status_code == 200
    child = daughter.post(f"{MINE}/agreement", {"household": household, "agrees": True})
    assert child.status_code == 404
    assert daughter.get(MINE).json()["households"] == []


def test_who_is_left_out_is_not_asked_and_nobody_is_told(bank_server: BankServer, steward: Desk):
    given = shared(bank_server, "mother")
    newcomer(bank_server, "stranger")
    household = registered(steward, "mother", "stranger")
    mother, stranger = Desk(bank_server, "mother"), Desk(bank_server, "stranger")
    assert reasons(given.read()) == {"household_disagrees"}
    seen = [(desk.get(MINE).json(), desk.events()) for desk in (mother, stranger)]
    path = f"/api/v1/households/{household}/leave-out"
    unsaid = steward.post(path, {"handle": "stranger", "reason": " "})
    assert unsaid.status_code == 400
    document = {"handle": "stranger", "reason": "case 12"}
    assert steward.post(path, document).status_code == 204
    assert [(desk.get(MINE).json(), desk.events()) for desk in (mother, stranger)] == seen
    assert given.read().status_code == 200
    assert steward.post(path, document).status_code == 404


@pytest.mark.parametrize(
    "document",
    [
        {"adults": ["hanako"]},
        {"adults": [], "minors": ["hanako", "taro"]},
        {"adults": ["hanako", "hanako"]},
        {"adults": ["hanako", "nobody"]},
        {"adults": ["hanako", "steward"]},
    ],
    ids=["one", "no adult", "twice", "unknown", "staff"],
)
def test_a_household_that_is_none_is_not_registered(steward: Desk, document: dict[str, object]):
    assert steward.post("/api/v1/households", document).status_code == 400
