"""The key service's sockets: who may come in, who may call what, and what hostile bytes do."""

import asyncio
import os
import pwd
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from running_bank import BankServer

from infobank.app.installation import Databases
from infobank.app.keyservice import serve_keys
from infobank.config import Settings
from infobank.errors import InvalidInputError, UnavailableError
from infobank.keystore.errors import KeyServiceError
from infobank.keystore.service.client import RemoteKeys
from infobank.keystore.service.wire import CALLERS, LARGEST_FRAME, METHODS, decode, encode

HOSTILE = {
    "nothing": b"",
    "a length and no message": b"\x00\x00\x00\x10",
    "a length of four gigabytes": b"\xff\xff\xff\xff",
    "one byte more than allowed": (LARGEST_FRAME + 1).to_bytes(4, "big") + b"x",
    "text": b"GET / HTTP/1.1\r\n\r\n",
    "no MessagePack": b"\x00\x00\x00\x02\xc1\xc1",
    "a number": encode([1])[:4] + b"\x01",
    "deep nesting": (5000).to_bytes(4, "big") + b"\x91" * 5000,
}
UNFIT = {
    "an unknown method": ["melt", []],
    "a name of Python's": ["__init__", []],
    "a part of the service": ["bank", []],
    "no name": [None, []],
    "too few arguments": ["open", []],
    "arguments that are none": ["open", {"residents": []}],
    "a resident that is no identifier": ["open", [[b"short"]]],
    "a resident that is a number": ["open", [[7]]],
    "another caller's method": ["writers", [[b"12345678"]]],
    "a row of no kind": ["check", [[["everything", b"", b""]]]],
}


def ask(path: Path, sent: bytes) -> bytes:
    """Send bytes to a socket and return what comes back before it closes or falls silent."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(str(path))
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while more := connection.recv(65536):
            answer += more
        return answer


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE)
def test_bytes_that_are_no_message_end_the_connection_and_nothing_else(
    bank_server: BankServer, sent: bytes
):
    path = bank_server.settings.keyservice / "web"
    answer = ask(path, sent)
    assert b"infobank." not in answer
    bank_server.run(bank_server.bank.readiness())


@pytest.mark.parametrize("message", UNFIT.values(), ids=UNFIT)
def test_a_request_of_another_form_is_refused_and_the_next_one_served(
    bank_server: BankServer, message: list[object]
):
    path = bank_server.settings.keyservice / "web"
    number, error, answer = decode(ask(path, encode([5, *message]))[4:])
    assert (number, error, answer) == (5, InvalidInputError.code, None)
    assert decode(ask(path, encode([6, "reachable", []]))[4:]) == (6, None, None)


@pytest.mark.parametrize("caller", CALLERS)
def test_each_caller_has_the_methods_that_the_table_names_and_no_more(
    bank_server: BankServer, caller: str
):
    path = bank_server.settings.keyservice / caller
    refused = set()
    for name, method in METHODS.items():
        _, error, _ = decode(ask(path, encode([1, name, [None] * len(method.takes)]))[4:])
        if caller not in method.callers:
            assert error == InvalidInputError.code
            refused.add(name)
    assert refused == {name for name, each in METHODS.items() if caller not in each.callers}


def test_the_sockets_are_closed_to_other_accounts(bank_server: BankServer):
    folder = bank_server.settings.keyservice
    assert folder.stat().st_mode & 0o777 == 0o700
    for caller in CALLERS:
        assert (folder / caller).stat().st_mode & 0o777 == 0o600


CONNECT = """
import os, socket, sys
os.setgroups([]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[2]))
try:
    socket.socket(socket.AF_UNIX).connect(sys.argv[1])
except PermissionError:
    print("refused")
else:
    print("connected")
"""


def as_nobody(path: Path, group: int) -> str:
    """Connect as the account `nobody`, in a group; return what came of it."""
    account = str(pwd.getpwnam("nobody").pw_uid)
    arguments = [sys.executable, "-c", CONNECT, str(path), account, str(group)]
    return subprocess.run(arguments, capture_output=True, check=True, text=True).stdout.strip()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
def test_another_account_comes_in_only_through_the_group(
    bank_server: BankServer, open_folder: Path
):
    group = pwd.getpwnam("nobody").pw_gid
    found = Databases(bank_server.settings, None)
    closed = _moved(bank_server, open_folder / "closed", None)
    shared = _moved(bank_server, open_folder / "shared", group)
    with (
        bank_server.loop.holding(serve_keys(closed, found)),
        bank_server.loop.holding(serve_keys(shared, found)),
    ):
        assert as_nobody(closed.keyservice / "web", group) == "refused"
        assert as_nobody(shared.keyservice / "web", group) == "connected"
        assert as_nobody(shared.keyservice / "web", group - 1) == "refused"


def _moved(server: BankServer, folder: Path, group: int | None) -> Settings:
    return replace(server.settings, keyservice=folder, keyservice_group=group)


def test_two_key_services_never_share_a_folder(bank_server: BankServer):
    found = Databases(bank_server.settings, None)
    with (
        pytest.raises(KeyServiceError, match="already"),
        bank_server.loop.holding(serve_keys(bank_server.settings, found)),
    ):
        pass
    bank_server.run(bank_server.bank.readiness())


def test_a_client_finds_the_service_again_after_it_was_away(
    bank_server: BankServer, tmp_path: Path
):
    settings = _moved(bank_server, tmp_path / "again", None)
    found = Databases(settings, None)
    client = RemoteKeys(settings.keyservice / "web")
    for _ in range(2):
        with bank_server.loop.holding(serve_keys(settings, found)):
            bank_server.run(client.reachable())
        with pytest.raises(UnavailableError):
            bank_server.run(client.reachable())
    bank_server.run(client.close())


def test_many_requests_share_a_connection_and_each_gets_its_own_answer(bank_server: BankServer):
    async def work() -> None:
        client = RemoteKeys(bank_server.settings.keyservice / "web")
        names = [[("test", f"{number}")] for number in range(300)]
        together = await asyncio.gather(*(client.index("source", each) for each in names))
        alone = [await client.index("source", each) for each in names[::50]]
        assert together[::50] == alone
        assert len({index for (index,) in together}) == 300
        await client.close()

    bank_server.run(work())
