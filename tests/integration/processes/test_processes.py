"""The bank's processes as a newcomer meets them: start, stop, crash, start again."""

import json
import os
import re
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from bank_processes import Started, alive, answers, command, free_port, infobank, started, until
from running_bank import BankServer

from infobank.config import from_mapping
from infobank.db.embedded import EmbeddedServer

READY = "The demo is ready."
RESIDENTS = "60"


@dataclass
class DemoFolder:
    """A folder with a demo's data, and the ports it belongs to."""

    state: Path
    port: int
    provider_port: int

    def words(self, *more: str) -> list[str]:
        """Return the command that runs the demo here."""
        ports = ("--port", str(self.port), "--provider-port", str(self.provider_port))
        return command("demo", "--residents", RESIDENTS, "--state", self.state, *ports, *more)

    @contextmanager
    def running(self, *more: str) -> Iterator[Started]:
        """Run the demo until it says that it is ready, and for as long as the block lasts."""
        output = self.state.parent / f"said-{len(list(self.state.parent.iterdir()))}.txt"
        with started(self.words(*more), environment(), output) as demo:
            until(lambda: READY in demo.said() or demo.process.poll() is not None, demo.said, 120)
            assert READY in demo.said(), demo.said()
            yield demo

    @property
    def bank(self) -> str:
        """The bank's address."""
        return f"http://localhost:{self.port}"


def environment() -> dict[str, str]:
    """Return an environment that says nothing about the bank."""
    return {name: value for name, value in os.environ.items() if not name.startswith("INFOBANK_")}


@pytest.fixture(scope="module")
def folder() -> Iterator[DemoFolder]:
    """A new folder that the database's account can reach; what ran there is ended."""
    # pytest's own temporary folders are closed to the account that PostgreSQL runs under.
    made = Path(tempfile.mkdtemp(prefix="infobank-demo-"))
    made.chmod(0o711)
    found = DemoFolder(made / "state", free_port(), free_port())
    yield found
    EmbeddedServer(found.state / "postgresql").stop()
    shutil.rmtree(made)


def descendants(pid: int) -> list[int]:
    """Return the processes a process started, and those they did."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found = list(children.get(pid, []))
    for child in found:
        found += children.get(child, [])
    return found


def named(pids: list[int], word: str) -> list[int]:
    """Return the processes whose command line ends in a word."""
    found = []
    for pid in pids:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if word.encode() in words:
            found.append(pid)
    return found


def client_id(folder: DemoFolder) -> str:
    """Return the demo provider's identifier."""
    plan = json.loads((folder.state / "plan.json").read_text(encoding="utf-8"))
    return str(plan["client_id"])


def server_running(folder: DemoFolder) -> bool:
    """Tell whether the folder's database server runs."""
    return (folder.state / "postgresql" / "data" / "postmaster.pid").exists()


def test_the_demo_gets_ready_says_where_and_ends_cleanly_on_ctrl_c(folder: DemoFolder):
    with folder.running() as demo:
        said = demo.said()
        assert folder.bank in said
        assert f"http://localhost:{folder.provider_port}" in said
        for handle in ("hanako", "steward", "auditor", "walkcoach"):
            assert re.search(rf"^  {handle} ", said, re.MULTILINE)
        assert answers(f"{folder.bank}/readyz")
        assert answers(f"http://localhost:{folder.provider_port}/")
        assert answers(f"{folder.bank}/opendata/catalog.jsonld")
        family = descendants(demo.pid)
        assert len(named(family, "worker")) == 2
        assert len(named(family, "sequencer")) == 1
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(60) == 0
    assert "Traceback" not in demo.said()
    assert "The data is kept" in demo.said()
    until(lambda: not any(alive(pid) for pid in family))
    assert not server_running(folder)


def test_it_starts_again_on_the_same_data(folder: DemoFolder):
    provider, key = client_id(folder), (folder.state / "keys" / "log.vkey").read_text()
    with folder.running() as demo:
        assert "prepared city" not in demo.said()
        assert client_id(folder) == provider
        assert (folder.state / "keys" / "log.vkey").read_text() == key
        check = infobank_anywhere("log", "verify", f"{folder.bank}/log", "--key", key.strip())
        assert "\nSOUND\n" in check, check
        refuses_a_second_one(folder)
        restarts_a_killed_worker(demo)
        demo.process.terminate()
        assert demo.process.wait(60) == 0
    assert "Traceback" not in demo.said()


def infobank_anywhere(*words: str) -> str:
    """Run a command that needs no bank of its own; return what it said."""
    settings = from_mapping({"INFOBANK_ENV": "demo"})
    done = infobank(settings, *words)
    return done.stdout + done.stderr


def refuses_a_second_one(folder: DemoFolder) -> None:
    """Try to start a second demo beside a running one, with `--fresh` even."""
    for more in ((), ("--fresh",)):
        output = folder.state.parent / f"second{len(more)}.txt"
        with started(folder.words(*more), environment(), output) as second:
            assert second.process.wait(60) == 1
        assert "Traceback" not in second.said()
        assert str(folder.port) in second.said()
    elsewhere = DemoFolder(folder.state, free_port(), free_port())
    with started(elsewhere.words("--fresh"), environment(), output) as third:
        assert third.process.wait(60) == 1
    assert "a demo is running on this data" in third.said()
    assert client_id(folder)


def restarts_a_killed_worker(demo: Started) -> None:
    """Kill a web worker: the supervisor starts another, and says so."""
    before = named(descendants(demo.pid), "worker")
    os.kill(before[0], signal.SIGKILL)
    until(lambda: not alive(before[0]))
    until(lambda: len(set(named(descendants(demo.pid), "worker")) - set(before)) == 1, demo.said)
    assert "process_ended" in demo.said()


def test_after_everything_was_killed_it_starts_again(folder: DemoFolder):
    with folder.running() as demo:
        family = [demo.pid, *descendants(demo.pid)]
        server = int((folder.state / "postgresql/data/postmaster.pid").read_text().split()[0])
        for pid in (server, *family):
            with suppress(ProcessLookupError):  # it may have ended for what it lost
                os.kill(pid, signal.SIGKILL)
        demo.process.wait(60)
    until(lambda: not any(alive(pid) for pid in (*family, server)))
    with folder.running() as demo:
        assert answers(f"{folder.bank}/readyz")
        key = (folder.state / "keys" / "log.vkey").read_text()
        check = infobank_anywhere("log", "verify", f"{folder.bank}/log", "--key", key.strip())
        assert "\nSOUND\n" in check, check
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(60) == 0


def test_when_the_supervisor_alone_is_killed_nothing_is_left_running(folder: DemoFolder):
    with folder.running() as demo:
        family = [
            pid for word in ("worker", "sequencer") for pid in named(descendants(demo.pid), word)
        ]
        provider = named(descendants(demo.pid), "infobank.demo.provider")
        demo.process.kill()
        demo.process.wait(60)
    until(lambda: not any(alive(pid) for pid in family))
    for pid in provider:
        if alive(pid):
            os.kill(pid, signal.SIGKILL)


def test_other_ports_than_the_datas_are_explained(folder: DemoFolder):
    other = DemoFolder(folder.state, free_port(), free_port())
    with started(other.words(), environment(), folder.state.parent / "ports.txt") as demo:
        assert demo.process.wait(60) == 1
    assert "start over with --fresh" in demo.said()
    assert "Traceback" not in demo.said()


def test_a_busy_port_is_explained(folder: DemoFolder):
    output = folder.state.parent / "busy.txt"
    with (
        socket.create_server(("127.0.0.1", folder.port)),
        started(folder.words(), environment(), output) as demo,
    ):
        assert demo.process.wait(60) == 1
    assert f"cannot listen on 127.0.0.1:{folder.port}" in demo.said()
    assert "Another program uses the port" in demo.said()
    assert "Traceback" not in demo.said()


def test_fresh_starts_over_with_other_keys(folder: DemoFolder):
    provider, key = client_id(folder), (folder.state / "keys" / "log.vkey").read_text()
    with folder.running("--fresh") as demo:
        assert "prepared city" in demo.said()
        assert client_id(folder) != provider
        assert (folder.state / "keys" / "log.vkey").read_text() != key
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(60) == 0


def test_fresh_removes_no_folder_that_is_not_a_demos(tmp_path: Path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("keep me", encoding="utf-8")
    other = DemoFolder(tmp_path / "letters", free_port(), free_port())
    with started(other.words("--fresh"), environment(), tmp_path / "said.txt") as demo:
        assert demo.process.wait(60) == 1
    assert "is not a demo's folder" in demo.said()
    assert (tmp_path / "letters" / "dear.txt").read_text(encoding="utf-8") == "keep me"


def test_serve_outside_the_demo_lets_nobody_in_by_a_name(bank_server: BankServer, tmp_path: Path):
    port, settings = free_port(), bank_server.settings
    words = environment() | {
        "INFOBANK_STATE": str(settings.state),
        "INFOBANK_PUBLIC_URL": "https://bank.example",
        "INFOBANK_LISTEN": f"127.0.0.1:{port}",
        "INFOBANK_DATABASE_URL": settings.records_url,
        "INFOBANK_KEYS_DATABASE_URL": settings.keys_url,
    }
    serve = command("serve", "--workers", "1")
    with started(serve, words, tmp_path / "said.txt") as serving:
        address = f"http://127.0.0.1:{port}/sign-in"
        until(lambda: answers(address), serving.said, 60)
        refused = requests.post(
            address, data={"handle": "hanako"}, allow_redirects=False, timeout=30
        )
    assert (refused.status_code, dict(refused.cookies)) == (404, {})


def test_serve_runs_as_many_workers_as_asked_for_and_ends_when_asked_to(
    bank_server: BankServer, tmp_path: Path
):
    port = free_port()
    settings = bank_server.settings
    words = environment() | {
        "INFOBANK_ENV": "demo",
        "INFOBANK_STATE": str(settings.state),
        "INFOBANK_PUBLIC_URL": settings.public_url,
        "INFOBANK_LISTEN": f"127.0.0.1:{port}",
        "INFOBANK_DATABASE_URL": settings.records_url,
        "INFOBANK_KEYS_DATABASE_URL": settings.keys_url,
    }
    with started(command("serve", "--workers", "3"), words, tmp_path / "said.txt") as serving:
        until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), serving.said)
        until(lambda: len(named(descendants(serving.pid), "worker")) == 3, serving.said)
        family = descendants(serving.pid)
        serving.process.terminate()
        assert serving.process.wait(60) == 0
    assert "Traceback" not in serving.said()
    until(lambda: not any(alive(pid) for pid in family))
