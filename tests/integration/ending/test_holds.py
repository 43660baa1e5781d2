"""A legal hold stops erasure and retention until two different stewards release it."""

from dataclasses import replace

import pytest
from bank_processes import infobank
from newcomers import TOWN, newcomer
from running_bank import BankServer

from infobank.accesslog.entry import EntryKind
from infobank.accounts.account import Account, Role
from infobank.accounts.errors import HeldError
from infobank.accounts.hold import Hold
from infobank.db.ending import erasures
from infobank.errors import ConflictError, InvalidInputError, NotFoundError
from infobank.usecases.accesslog.history import Event
from infobank.vault.errors import KeyRefusedError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId

MATTER = "Heisei 30 (wa) 1"
STEWARDS = ("steward", "second_steward")


@pytest.fixture(scope="module")
def stewards(bank_server: BankServer) -> tuple[Account, Account]:
    hold = bank_server.bank.hold
    bank_server.run(bank_server.bank.sign_in.open_account(STEWARDS[1], Role.STEWARD))
    one, other = (bank_server.run(hold.steward(handle)) for handle in STEWARDS)
    return one, other


def hold(server: BankServer, resident: ResidentId, by: Account) -> Hold:
    """Set a hold."""
    return server.run(server.bank.hold(resident, MATTER, by))


def history(server: BankServer, resident: ResidentId) -> list[Event]:
    """Return what a resident reads in her history, newest first."""
    server.sequence()
    return server.run(server.bank.history(resident))


def test_c4_a_hold_stops_erasure_until_two_stewards_release_it(
    bank_server: BankServer, stewards: tuple[Account, Account]
):
    server, bank, (one, other) = bank_server, bank_server.bank, stewards
    home = newcomer(server, "held")
    held = hold(server, home, one)
    rows = server.rows("SELECT * FROM blocks WHERE resident_id = $1", home)
    with pytest.raises(HeldError):
        server.run(bank.erase(home))
    with pytest.raises(HeldError):
        server.run(bank.rights.close(home, GivenBy.SELF, sure=True))
    assert server.rows("SELECT * FROM blocks WHERE resident_id = $1", home) == rows
    server.run(bank.sign_in.by_handle("held"))

    assert server.run(bank.hold.release(held.hold_id, one)).standing
    with pytest.raises(ConflictError, match="two different"):
        server.run(bank.hold.release(held.hold_id, one))
    with pytest.raises(HeldError):
        server.run(bank.erase(home))
    assert not server.run(bank.hold.release(held.hold_id, other)).standing
    with pytest.raises(ConflictError, match="released before"):
        server.run(bank.hold.release(held.hold_id, other))
    acts = [event for event in history(server, home) if event.kind is EntryKind.STAFF_ACT]
    # Entries of one second stand in the log in the order of their writers, not of their time.
    told = [event.fields["what"] for event in sorted(acts, key=lambda event: event.at)]
    assert told == ["hold_set", "hold_release_asked", "hold_released"]
    server.run(bank.erase(home))


def test_c4_the_key_service_itself_destroys_no_key_under_a_hold(
    bank_server: BankServer, stewards: tuple[Account, Account]
):
    """A worker that was taken over skips the check of the use case."""
    server, erase = bank_server, bank_server.bank.erase
    home = newcomer(server, "held_below")

    async def begin() -> None:
        await erase._begin(home, GivenBy.SELF)

    server.run(begin())
    server.rows(
        "INSERT INTO holds (resident_id, hold_id, matter, set_at, set_by) "
        "VALUES ($1, gen_random_uuid(), 'late', now(), $2)",
        home,
        stewards[0].account_id,
    )
    with pytest.raises(KeyRefusedError):
        server.run(erase._carry_out(home))
    assert not server.run(erase.keyservice.open([home]))[home].erased


def test_c4_one_of_two_holds_still_stops(
    bank_server: BankServer, stewards: tuple[Account, Account]
):
    home = newcomer(bank_server, "held_twice")
    first, second = (hold(bank_server, home, by) for by in stewards)
    for by in stewards:
        bank_server.run(bank_server.bank.hold.release(first.hold_id, by))
    assert [each.hold_id for each in bank_server.run(bank_server.bank.hold.standing())].count(
        second.hold_id
    ) == 1
    with pytest.raises(HeldError):
        bank_server.run(bank_server.bank.erase(home))


def test_c4_the_database_refuses_two_words_of_one_person(
    bank_server: BankServer, stewards: tuple[Account, Account]
):
    home = newcomer(bank_server, "held_forged")
    held = hold(bank_server, home, stewards[0])
    with pytest.raises(Exception, match="ck_holds_two_people"):
        bank_server.rows(
            "UPDATE holds SET released_by_1 = $2, released_by_2 = $2 WHERE hold_id = $1",
            held.hold_id,
            stewards[0].account_id,
        )


def test_only_a_steward_sets_and_releases_a_hold(
    bank_server: BankServer, stewards: tuple[Account, Account]
):
    server, bank = bank_server, bank_server.bank
    home = newcomer(server, "free")
    for role in Role:
        if role is not Role.STEWARD:
            with pytest.raises(NotFoundError):
                hold(server, home, replace(stewards[0], role=role))
    with pytest.raises(NotFoundError):
        server.run(bank.hold.steward("free"))
    with pytest.raises(InvalidInputError):
        server.run(bank.hold(home, " ", stewards[0]))
    assert not server.run(bank.hold.holds(home))


def test_no_hold_on_somebody_whose_erasure_has_begun(
    bank_server: BankServer, stewards: tuple[Account, Account]
):
    server = bank_server
    home = newcomer(server, "going")

    async def begun() -> bool:
        await server.bank.erase._begin(home, GivenBy.SELF)
        async with server.bank.erase.units() as unit:
            return await erasures.of_resident(unit, home) is not None

    assert server.run(begun())
    with pytest.raises(ConflictError):
        hold(server, home, stewards[0])
    server.run(server.bank.erase(home))
    with pytest.raises(NotFoundError):
        hold(server, home, stewards[0])


def test_an_operator_holds_and_releases_by_command(
    bank_server: BankServer, stewards: tuple[Account, Account]
):
    assert stewards
    home = newcomer(bank_server, "commanded")
    settings = bank_server.settings
    made = infobank(
        settings, "hold", "set", f"{TOWN}:commanded", "--matter", MATTER, "--by", STEWARDS[0]
    )
    assert made.returncode == 0, made.stderr
    name = made.stdout.split()[1]
    assert name in infobank(settings, "hold", "list").stdout
    for by, said in zip(STEWARDS, ("one more steward", "released"), strict=True):
        done = infobank(settings, "hold", "release", name, "--by", by)
        assert said in done.stdout
    assert not bank_server.run(bank_server.bank.hold.holds(home))
    assert name not in infobank(settings, "hold", "list").stdout
    wrong = infobank(settings, "hold", "set", f"{TOWN}:nobody", "--matter", "1", "--by", "steward")
    assert wrong.returncode == 1
    assert "nobody of that identifier" in wrong.stderr
