"""The key service is a process of its own, and a web worker has nothing to open the vault with."""

import base64
import json
import os
import resource
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from agreement import agree
from bank_processes import command, environment_for, started, until, web_worker
from provider_client import register
from running_bank import BankServer

from infobank.config import Settings

NOWHERE = "postgresql+asyncpg:///nowhere?host=/nonexistent"


def apart(server: BankServer, folder: Path) -> Settings:
    """Return settings in which the key service is another process than the test's."""
    return replace(server.settings, keyservice=folder / "sockets")


def answering(settings: Settings) -> bool:
    return (settings.keyservice / "web").exists()


def test_a_worker_serves_without_root_key_and_without_the_keys_database(
    bank_server: BankServer, tmp_path: Path
):
    client = register(bank_server)
    token = client.tokens("hanako")["access_token"]
    bare = replace(bank_server.settings, root_key=tmp_path / "none", keys_url=NOWHERE)
    with web_worker(bare, tmp_path) as (_, at):
        answer = client.read(token, at=at)
        assert answer.status_code == 200, answer.text
        assert answer.json()["records"]


def test_a_worker_keeps_no_root_or_shard_key_in_its_memory(bank_server: BankServer, tmp_path: Path):
    if os.geteuid() != 0:
        pytest.skip("only root may read another process's memory here")
    client = register(bank_server)
    token = client.tokens("hanako")["access_token"]
    root = _root_key(bank_server.settings)
    with web_worker(bank_server.settings, tmp_path) as (worker, at):
        assert client.read(token, at=at).status_code == 200
        memory = _memory(worker.pid)
        assert bank_server.settings.public_url.encode() in memory  # it is that process's memory
        assert root not in memory


def test_a8_the_key_service_leaves_no_core_file_and_says_no_key(
    bank_server: BankServer, tmp_path: Path
):
    settings = apart(bank_server, tmp_path)
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    environment = environment_for(settings)
    with started(command("keyservice"), environment, tmp_path / "said.txt") as service:
        until(lambda: answering(settings), service.said)
        limits = Path(f"/proc/{service.pid}/limits").read_text(encoding="ascii")
        (core,) = (line for line in limits.splitlines() if line.startswith("Max core file size"))
        assert core.split()[4:6] == ["0", "0"]
        # A process that may not be dumped belongs to root in /proc, whoever runs it.
        assert Path(f"/proc/{service.pid}/environ").stat().st_uid == 0
        service.process.send_signal(signal.SIGABRT)
        until(lambda: service.process.poll() is not None)
        said = service.output.read_bytes()
    assert not list(tmp_path.glob("core*"))
    root = _root_key(settings)
    assert root not in said
    assert root.hex().encode() not in said


def test_a_bank_whose_key_service_is_killed_refuses_and_goes_on_when_it_is_back(
    bank_server: BankServer, tmp_path: Path
):
    client = register(bank_server)
    token = client.tokens("hanako")["access_token"]
    settings = apart(bank_server, tmp_path)
    service = (command("keyservice"), environment_for(settings), tmp_path / "said.txt")
    with started(*service) as first:
        until(lambda: answering(settings), first.said)
        with web_worker(settings, tmp_path) as (_, at):
            assert client.read(token, at=at).status_code == 200
            first.process.kill()
            first.process.wait()
            assert client.read(token, at=at).status_code == 503
            with started(*service) as second:
                until(lambda: client.read(token, at=at).status_code == 200, second.said)


def test_a_command_brings_its_own_key_service_and_ends_it(bank_server: BankServer, tmp_path: Path):
    settings = apart(bank_server, tmp_path)
    rows = tmp_path / "rows.csv"
    rows.write_text("nothing\n", encoding="utf-8")
    arguments = command("deposit", "csv", str(rows), "--mapping", "fitbit_daily_activity")
    with started(arguments, environment_for(settings), tmp_path / "said.txt") as deposit:
        until(lambda: deposit.process.poll() is not None, deposit.said)
    assert not answering(settings)


def test_a_key_service_that_nobody_supervises_runs_until_it_is_told_to_end(
    bank_server: BankServer, tmp_path: Path
):
    settings = apart(bank_server, tmp_path)
    with subprocess.Popen(
        command("keyservice"), env=environment_for(settings), stdin=subprocess.DEVNULL
    ) as service:
        until(lambda: answering(settings) or service.poll() is not None)
        assert service.poll() is None
        service.terminate()
        assert service.wait(20) == 0
    assert not answering(settings)


def test_a_key_service_without_its_root_key_says_which_and_does_not_start(
    bank_server: BankServer, tmp_path: Path
):
    settings = apart(bank_server, tmp_path)
    environment = environment_for(settings) | {"INFOBANK_ROOT_KEY": str(tmp_path / "empty")}
    with started(command("keyservice"), environment, tmp_path / "said.txt") as service:
        until(lambda: service.process.poll() is not None, service.said)
        assert service.process.returncode == 1
    assert "root key" in service.said()
    agree(bank_server)  # the bank's own key service goes on


def _root_key(settings: Settings) -> bytes:
    document = json.loads((settings.root_key / "1.json").read_text(encoding="utf-8"))
    return base64.b64decode(document["key"])


def _memory(pid: int) -> bytes:
    """Return what a process has in memory that it may write."""
    found = []
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
            span, rights, *_ = line.split()
            if not rights.startswith("rw"):
                continue
            start, end = (int(edge, 16) for edge in span.split("-"))
            memory.seek(start)
            try:
                found.append(memory.read(end - start))
            except OSError:
                continue  # a mapping of the kernel's own
    return b"".join(found)
