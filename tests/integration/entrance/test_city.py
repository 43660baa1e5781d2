"""The city's own sign-in: real HTTP to a small provider, and what must not let anybody in."""

from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from city_signin import CLIENT_ID, SECRET, CitySignIn, city_signin
from running_bank import BankServer

from infobank.accounts.account import Role
from infobank.accounts.entrance.challenge import Purpose
from infobank.accounts.entrance.device import Device
from infobank.accounts.entrance.errors import (
    CityRefusedError,
    CodeRefusedError,
    LastWayError,
    StepUpError,
    UnlinkedError,
)
from infobank.accounts.entrance.session import Session, Way
from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.clock import ShiftedClock
from infobank.connectors.city_over_http import CityPlace
from infobank.errors import ConflictError, UnavailableError
from infobank.usecases.bank import Bank
from infobank.usecases.entrance.city import City, Known, Return


@dataclass
class Visitor:
    """Somebody's browser, between the bank and the city."""

    server: BankServer
    bank: Bank
    provider: CitySignIn

    @property
    def city(self) -> City:
        """The bank's side of it."""
        assert self.bank.entrance.city is not None
        return self.bank.entrance.city

    def leave(self, purpose: Purpose, **how) -> tuple[str, str]:
        """Leave for the city; return where to, and the cookie's secret."""
        return self.server.run(self.city.leave(purpose, "/home", **how))

    def back(self, where: str, browser: str, session=None) -> Return:
        """Sign in at the city, and come back."""
        asked = parse_qs(urlsplit(self.provider.answer(where)).query)
        return self.server.run(
            self.city.come_back(asked["state"][0], asked["code"][0], browser, Device(), session)
        )

    def visit(self, purpose: Purpose, **how) -> Return:
        """Go there and come back."""
        return self.back(*self.leave(purpose, **how), how.get("session"))

    def enrolled(self, handle: str) -> Return:
        """Come in for the first time, with a code."""
        code = self.server.run(self.bank.entrance.enrolments.open(handle, Role.AUDITOR))
        self.provider.subject = handle
        return self.visit(Purpose.ENROL, code=code)


@pytest.fixture(scope="module")
def visitor(bank_server: BankServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Return a browser of a bank whose city has a sign-in."""
    secret = tmp_path_factory.mktemp("city") / "secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET + "\n", encoding="utf-8")

    def now() -> float:
        return bank_server.bank.clock.now().timestamp()

    with (
        city_signin(bank_server.loop, now) as found,
        opened(bank_server, found, secret) as bank,
    ):
        yield Visitor(bank_server, bank, found)


@contextmanager
def opened(server: BankServer, provider: CitySignIn, secret: Path) -> Iterator[Bank]:
    """Open the bank with the city's sign-in set."""
    place = CityPlace(provider.issuer, CLIENT_ID, secret)
    settings = replace(server.settings, city=place)
    banks: list[Bank] = []

    @asynccontextmanager
    async def bank():
        async with open_bank(settings, Databases(settings, None)) as one:
            banks.append(one)
            yield

    with server.loop.holding(bank()):
        yield banks[0]


@pytest.fixture(autouse=True)
def honest(visitor: Visitor) -> Iterator[None]:
    """Let the provider tell the truth again after each test."""
    yield
    visitor.provider.lies, visitor.provider.header = {}, {}


def test_a_code_links_the_city_and_from_then_on_the_city_signs_in(visitor):
    first = visitor.enrolled("citizen")
    again = visitor.visit(Purpose.SIGN_IN)
    assert again.session.account == first.session.account
    assert again.session.arrival.way is Way.CITY
    assert again.secret != first.secret
    assert again.wanted == "/home"


def test_somebody_whom_nobody_linked_gets_no_account(visitor, bank_server):
    visitor.provider.subject = "stranger"
    before = bank_server.rows("SELECT count(*) FROM accounts")
    with pytest.raises(UnlinkedError):
        visitor.visit(Purpose.SIGN_IN)
    assert bank_server.rows("SELECT count(*) FROM accounts") == before


def test_the_subject_is_not_kept(visitor, bank_server):
    visitor.enrolled("citizen-in-clear")
    (row,) = bank_server.rows("SELECT string_agg(city_links::text, ' ') AS found FROM city_links")
    assert b"citizen-in-clear".hex() not in row["found"]
    assert "citizen-in-clear" not in row["found"]


def test_what_leaves_asks_for_a_code_with_pkce_state_and_nonce(visitor):
    where, browser = visitor.leave(Purpose.SIGN_IN)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(where).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) == len(asked["nonce"]) == 43
    assert asked["redirect_uri"].endswith("/sign-in/city/return")
    assert browser not in where
    assert "prompt" not in asked


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://another.example"},
        {"aud": "another-client"},
        {"aud": [CLIENT_ID, "another-client"]},
        {"azp": "another-client"},
        {"nonce": "another-visit"},
        {"nonce": 7},
        {"exp": 1},
        {"exp": "soon"},
        {"iat": 9_999_999_999},
        {"nbf": 9_999_999_999},
        {"sub": ""},
        {"sub": "x" * 256},
    ],
    ids=lambda lies: "-".join(f"{name}-{str(value)[:12]}" for name, value in lies.items()),
)
def test_a_token_that_is_not_for_this_visit_lets_nobody_in(visitor, lies):
    visitor.provider.lies = lies
    with pytest.raises(CityRefusedError):
        visitor.visit(Purpose.SIGN_IN)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_the_citys_signature_lets_nobody_in(visitor, algorithm, monkeypatch):
    encode = jwt.encode

    def forged(claims, key, **how):
        del key, how
        secret = "x" * 32 if algorithm == "HS256" else None
        return encode(claims, secret, algorithm=algorithm, headers={"kid": "city-1"})

    monkeypatch.setattr(jwt, "encode", forged)
    with pytest.raises(CityRefusedError):
        visitor.visit(Purpose.SIGN_IN)


def test_a_new_key_of_the_city_is_fetched_once_it_is_used(visitor):
    visitor.enrolled("before-the-key")
    visitor.provider.renew_key()
    visitor.visit(Purpose.SIGN_IN)
    visitor.provider.header = {"kid": "unknown"}
    with pytest.raises(CityRefusedError):
        visitor.visit(Purpose.SIGN_IN)


def test_what_comes_back_counts_once_and_in_the_browser_that_left(visitor):
    visitor.enrolled("once-only")
    where, browser = visitor.leave(Purpose.SIGN_IN)
    with pytest.raises(CityRefusedError):
        visitor.back(where, "another browser")
    with pytest.raises(CityRefusedError):
        visitor.back(where, browser)  # used up by the attempt
    where, browser = visitor.leave(Purpose.SIGN_IN)
    visitor.back(where, browser)
    with pytest.raises(CityRefusedError):
        visitor.back(where, browser)


def test_an_account_is_linked_from_a_session_to_one_person(visitor, bank_server):
    def signed_in(handle: str) -> tuple[str, Session]:
        bank_server.run(visitor.bank.sign_in.open_account(handle, Role.AUDITOR))
        return bank_server.run(visitor.bank.sign_in.by_handle(handle))

    mine, hers = signed_in("linked-one"), signed_in("linked-two")
    visitor.provider.subject = "the-one"
    visitor.visit(Purpose.ADD, session=mine)
    assert visitor.visit(Purpose.SIGN_IN).session.account == mine[1].account
    with pytest.raises(ConflictError):
        visitor.visit(Purpose.ADD, session=hers)
    where, browser = visitor.leave(Purpose.ADD, session=mine)
    with pytest.raises(CityRefusedError):
        visitor.back(where, browser, hers)


def test_the_last_way_in_is_not_unlinked(visitor, bank_server):
    session = visitor.enrolled("only-the-city").session
    with pytest.raises(LastWayError):
        bank_server.run(visitor.city.unlink(session))


def test_a_link_is_asked_for_only_right_after_a_proof(visitor):
    back = visitor.enrolled("stale-link")
    shifted = replace(
        visitor.city.sessions, clock=ShiftedClock(visitor.city.sessions.house.step_up)
    )
    late = replace(visitor.city, sessions=shifted)
    with pytest.raises(StepUpError):
        visitor.server.run(late.leave(Purpose.ADD, "", session=(back.secret, back.session)))


def test_the_city_proves_anew_who_it_is_only_when_it_asked_anew(visitor):
    back = visitor.enrolled("proven")
    mine = (back.secret, back.session)
    proven = visitor.visit(Purpose.CONFIRM, session=mine)
    assert proven.session.arrival.proven_at > back.session.arrival.proven_at
    assert visitor.provider.asked["prompt"] == "login"
    at = int(visitor.provider.now())
    visitor.provider.lies = {"auth_time": at - 3600}
    with pytest.raises(CityRefusedError):
        visitor.visit(Purpose.CONFIRM, session=mine)
    visitor.provider.lies = {"auth_time": None}
    with pytest.raises(CityRefusedError):
        visitor.visit(Purpose.CONFIRM, session=mine)
    visitor.provider.lies, visitor.provider.subject = {}, "citizen"
    with pytest.raises((CityRefusedError, UnlinkedError)):
        visitor.visit(Purpose.CONFIRM, session=mine)


def test_a_link_that_was_written_past_the_bank_leads_nowhere(visitor, bank_server):
    visitor.enrolled("forged-link")
    victim = bank_server.run(visitor.bank.sign_in.open_account("victim", Role.STEWARD))
    bank_server.rows(
        "UPDATE city_links SET account_id = $1"
        " WHERE made_at = (SELECT max(made_at) FROM city_links)",
        victim.account_id,
    )
    with pytest.raises(UnlinkedError):
        visitor.visit(Purpose.SIGN_IN)


def test_a_used_code_does_not_link(visitor):
    code = visitor.server.run(
        visitor.bank.entrance.enrolments.open("code-for-the-city", Role.AUDITOR)
    )
    visitor.provider.subject = "first-with-the-code"
    where, browser = visitor.leave(Purpose.ENROL, code=code)
    visitor.visit(Purpose.ENROL, code=code)
    with pytest.raises(CodeRefusedError):
        visitor.back(where, browser)


def test_a_description_of_another_issuer_is_not_followed(visitor):
    client = replace(visitor.city.client, issuer=f"{visitor.provider.issuer}/")
    other = replace(visitor.city, client=client, known=Known())
    with pytest.raises(CityRefusedError):
        visitor.server.run(other.leave(Purpose.SIGN_IN, ""))


def test_a_city_that_does_not_answer_is_told_as_such(visitor):
    client = replace(visitor.city.client, issuer="http://127.0.0.1:9")
    away = replace(visitor.city, client=client, known=Known())
    with pytest.raises(UnavailableError):
        visitor.server.run(away.leave(Purpose.SIGN_IN, ""))
