"""Whatever is wrong with what is stored, whoever asks learns the same: nothing."""

import json
import os
from collections.abc import Callable

import asyncpg
import pytest
from agreement import Agreement, agree, alarms
from provider_client import ProviderClient, register
from running_bank import BankServer

from infobank.accesslog.entry import Entry, EntryKind
from infobank.entropy import SystemEntropy, new_uuid
from infobank.keystore.service.client import RemoteKeys
from infobank.usecases.vault.keyservice import KeyService
from infobank.vault.errors import KeyRefusedError
from infobank.vocabulary.identifiers import ResidentId


def flipped(place: int, column: str = "stored") -> str:
    """Return the SQL of a column with one bit changed."""
    return f"set_byte({column}, {place}, get_byte({column}, {place}) # 1)"


BREAKS = {
    "a bit of a block": f"UPDATE blocks SET stored = {flipped(200)}",
    "a bit of a header": f"UPDATE blocks SET stored = {flipped(40)}",
    "a truncated block": "UPDATE blocks SET stored = substr(stored, 1, length(stored) - 1)",
    "an empty block": "UPDATE blocks SET stored = ''",
    "no block": "DELETE FROM blocks",
    "a block of somebody else": """
        UPDATE blocks SET stored = (
            SELECT stored FROM blocks o WHERE o.resident_id <> $1 ORDER BY tag LIMIT 1)""",
    "a bit of the manifest": f"UPDATE manifests SET stored = {flipped(100)}",
    "no manifest": "DELETE FROM manifests",
    "a manifest of somebody else": """
        UPDATE manifests SET stored = (
            SELECT stored FROM manifests o WHERE o.resident_id <> $1 LIMIT 1)""",
    "an older version claimed": "UPDATE manifests SET version = version - 1",
}


def answer_of(client: ProviderClient, token: str) -> tuple[int, dict[str, object], set[str]]:
    """Return status, body without the request's own number, and names of the headers."""
    answer = client.read(token)
    body = json.loads(answer.text)
    body.pop("instance", None)
    return answer.status_code, body, {name.lower() for name in answer.headers}


@pytest.mark.parametrize("statement", BREAKS.values(), ids=BREAKS)
def test_h1_every_way_in_which_a_seal_breaks_is_one_answer_and_an_alarm(
    bank_server: BankServer, statement: str
):
    handle = "taro"
    client = register(bank_server)
    token = client.tokens(handle)["access_token"]
    home = bank_server.residents[handle]
    assert client.read(token).status_code == 200
    kept = {
        table: bank_server.rows(f"SELECT * FROM {table} WHERE resident_id = $1", home)
        for table in ("blocks", "manifests")
    }
    before = len(alarms(bank_server))
    bank_server.rows(f"{statement} WHERE resident_id = $1", home)
    try:
        status, body, headers = answer_of(client, token)
    finally:
        _put_back(bank_server, kept)
    assert (status, body["code"]) == (500, "seal_broken")
    assert set(body) == {"type", "title", "status", "code"}
    assert "retry-after" not in headers
    assert alarms(bank_server)[before:] == ["seal_broken"]
    assert client.read(token).status_code == 200


def _put_back(server: BankServer, kept: dict[str, list[asyncpg.Record]]) -> None:
    for table, rows in kept.items():
        names = ", ".join(rows[0].keys())
        places = ", ".join(f"${n + 1}" for n in range(len(rows[0])))
        server.rows(f"DELETE FROM {table} WHERE resident_id = $1", rows[0]["resident_id"])
        for row in rows:
            server.rows(f"INSERT INTO {table} ({names}) VALUES ({places})", *row.values())


def _unknown(agreement: Agreement) -> ResidentId:
    del agreement
    return ResidentId(new_uuid(SystemEntropy()))


def _erased(agreement: Agreement) -> ResidentId:
    """A resident whose data key is gone."""
    server = agreement.server
    (home,) = server.run(server.bank.enrol("gone", [os.urandom(8).hex()], create=True)).values()
    entry = Entry(EntryKind.ERASURE, server.bank.clock.now(), home, {}, {})
    server.run(agreement.keyservice.destroy(home, agreement.recorded(entry)))
    return home


def _broken(agreement: Agreement) -> ResidentId:
    """A resident whose wrapped keys are not what was stored."""
    server = agreement.server
    (home,) = server.run(server.bank.enrol("broken", [os.urandom(8).hex()], create=True)).values()
    server.run(_owner_of_keys(server, home))
    return home


async def _owner_of_keys(server: BankServer, home: ResidentId) -> None:
    connection = await asyncpg.connect(server.databases.libpq("infobank_keys_owner"))
    await connection.execute(
        f"UPDATE resident_keys SET wrapped_data = {flipped(50, 'wrapped_data')}"
        " WHERE resident_id = $1",
        home,
    )
    await connection.close()


def _without_consent(agreement: Agreement) -> ResidentId:
    return agreement.server.residents["misaki"]


@pytest.mark.parametrize("who", [_unknown, _erased, _broken, _without_consent])
def test_h1_unknown_erased_broken_and_not_permitted_are_one_refusal(
    bank_server: BankServer, who: Callable[[Agreement], ResidentId]
):
    agreement = agree(bank_server)
    resident = who(agreement)
    ref = agreement.recorded(agreement.permit())

    async def refused(keyservice: KeyService) -> tuple[type[Exception], tuple[object, ...]]:
        try:
            await keyservice.release([agreement.wanted(ref, resident=resident)])
        except KeyRefusedError as error:
            return type(error), (error.code, error.message, error.detail)
        raise AssertionError

    client = RemoteKeys(bank_server.settings.keyservice / "web")
    before = len(alarms(bank_server))
    found = bank_server.run(refused(client))
    bank_server.run(client.close())
    assert found == (
        KeyRefusedError,
        ("key_refused", "no durable entry of the access log permits this key", ""),
    )
    # What was broken is told to the log, not to who asked.
    assert alarms(bank_server)[before:] == ["key_refused"]


def test_a_broken_key_that_is_rightly_asked_for_is_refused_too_and_named_in_the_alarm(
    bank_server: BankServer,
):
    agreement = agree(bank_server)
    ref = agreement.recorded(agreement.permit())
    before = len(alarms(bank_server))
    bank_server.run(_owner_of_keys(bank_server, agreement.resident))
    try:
        with pytest.raises(KeyRefusedError):
            agreement.release(agreement.wanted(ref))
    finally:  # the same bit again
        bank_server.run(_owner_of_keys(bank_server, agreement.resident))
    assert alarms(bank_server)[before:] == ["key_broken"]
