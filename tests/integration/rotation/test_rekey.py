"""After a shard key leaked, its residents get new keys, and the old ones open nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from bank_processes import infobank
from custody import Custody, KilledError, custody_of
from running_bank import BankServer
from stewards import let_act

from infobank.accounts.proxy import Scope
from infobank.accounts.rights import RightsRequest, Status
from infobank.app.installation import Databases
from infobank.app.keyservice import serve_keys
from infobank.cli.custody.rekey import open_rekeying
from infobank.db import vault
from infobank.db.rights import requests
from infobank.db.rotation import renewals
from infobank.errors import ConflictError
from infobank.keystore.service.core import KeyCore
from infobank.usecases.rights.correct import Correction
from infobank.usecases.rights.sealing import Told
from infobank.vault.errors import SealBrokenError
from infobank.vault.keyring import shard_of
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId


@pytest.fixture
def custody(bank_server: BankServer) -> Iterator[Custody]:
    """The keys of the running bank, with at most one epoch."""
    with custody_of(bank_server) as found:
        yield found


def rekey(custody: Custody, resident: ResidentId) -> int:
    """Give a resident's shard new keys; nobody else uses the bank meanwhile."""

    async def work(core: KeyCore) -> int:
        found = Databases(custody.server.settings, None)
        async with open_rekeying(found, core) as renew:
            return await renew(shard_of(resident), lambda _done, _total: None)

    return custody.with_core(work)


def everything(custody: Custody, resident: ResidentId) -> list[object]:
    """Return every record of a resident."""
    bank = custody.server.bank
    return [
        custody.server.run(bank.holdings.records(resident, category))
        for category in bank.policies.categories.values()
    ]


def tags(custody: Custody) -> set[tuple[object, object]]:
    """Return where every block of every resident is stored."""
    rows = custody.server.rows("SELECT resident_id, tag FROM blocks")
    return {(row[0], row[1]) for row in rows}


def test_a2_a_shard_gets_new_keys_by_one_command_and_the_old_ones_open_nothing(custody: Custody):
    home = custody.server.residents["hanako"]
    before, places, old = everything(custody, home), tags(custody), custody.row(home)
    leaked = custody.open(home)
    mates = custody.rows(
        "SELECT FROM resident_keys WHERE substring(uuid_send(resident_id) FROM 1 FOR 1) = $1",
        bytes([shard_of(home)]),
    )
    assert rekey(custody, home) == len(mates)
    assert everything(custody, home) == before
    opened = custody.open(home)
    assert opened.version == leaked.version + 1
    assert opened.manifest_key() != leaked.manifest_key()
    assert opened.log_key() == leaked.log_key()
    moved = places - tags(custody)
    assert {resident for resident, _ in moved} >= {home}
    assert {shard_of(resident) for resident, _ in moved} == {shard_of(home)}
    assert custody.scrub() == {}
    newer = custody.row(home)
    custody.put_back(old)
    with pytest.raises(SealBrokenError):
        everything(custody, home)
    custody.put_back(newer)
    assert everything(custody, home) == before


def test_a2_what_waits_at_the_rights_desk_opens_under_the_new_keys(custody: Custody):
    server = custody.server
    home, ward = server.residents["hanako"], "taro"
    bank, day = server.bank, server.deposited("hanako", "household_electricity")[-1].observed
    told = Told("household_electricity", "electricity", day, note="the meter was changed")
    asked = server.run(bank.rights.correct.ask(home, GivenBy.SELF, Correction(told, 4321)))
    assert asked.status is Status.RECEIVED
    until = bank.clock.now() + timedelta(days=1)
    scopes = frozenset({Scope.LOOK})
    let_act(server, ward, "hanako", until, scopes=scopes, label="a name on paper")
    rekey(custody, home)
    assert server.run(bank.rights.correct.told([asked_again(server, asked)])) == {
        asked.request_id: told
    }
    assert server.run(bank.rights.correct.accept(asked.request_id)).status is Status.CARRIED_OUT
    category = bank.policies.category("household_electricity")
    newest = server.run(bank.holdings.records(home, category))[-1]
    assert newest.values[category.field_names.index("electricity")] == 4321
    _, session = server.run(bank.sign_in.by_handle("hanako"))
    assert [each.label for each in server.run(bank.proxies.of(session))] == ["a name on paper"]


def asked_again(server: BankServer, asked: RightsRequest) -> RightsRequest:
    """Return a request as it is stored now."""

    async def work() -> RightsRequest:
        async with server.bank.holdings.units() as unit:
            found = await requests.of_resident(unit, asked.resident)
        return next(each for each in found if each.request_id == asked.request_id)

    return server.run(work())


@pytest.mark.parametrize("step", ["drawn", "announced", "committed"])
def test_a2_what_a_kill_interrupted_goes_on_and_the_bank_does_not_start_before(
    custody: Custody, step: str, monkeypatch: pytest.MonkeyPatch
):
    home = custody.server.residents["taro"]
    before = everything(custody, home)

    async def killed(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as planted:
        # Each is the first thing that comes after its step.
        place, name = {
            "drawn": (vault, "manifests_of"),
            "announced": (vault, "remove_blocks"),
            "committed": (renewals, "finish"),
        }[step]
        planted.setattr(place, name, killed)
        with pytest.raises(KilledError):
            rekey(custody, home)

    async def start() -> None:
        settings = custody.server.settings
        async with serve_keys(settings, Databases(settings, None)):
            pass

    with pytest.raises(ConflictError, match="rekey-shard"):
        custody.server.run(start())
    with pytest.raises(ConflictError, match="rekey-shard"):
        custody.rotate()
    assert rekey(custody, home) >= 1
    assert everything(custody, home) == before
    assert custody.rows("SELECT FROM renewals") == []
    assert custody.scrub() == {}


def test_a_running_bank_is_not_given_new_keys(custody: Custody):
    refused = infobank(custody.server.settings, "keys", "rekey-shard", "7")
    assert refused.returncode == 1
    assert "stop the bank first" in refused.stderr
    assert len(custody.epochs()) == 1
