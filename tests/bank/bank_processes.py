"""Processes of a bank, started as an operator starts them: commands, workers, the sequencer."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infobank.config import Settings

SECONDS = 60
"""How long anything may take before a test fails."""


def environment_for(settings: Settings) -> dict[str, str]:
    """Return the environment in which a process reads these settings, databases included."""
    host, port = settings.listen
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("INFOBANK_")},
        "INFOBANK_ENV": settings.environment,
        "INFOBANK_STATE": str(settings.state),
        "INFOBANK_KEYSERVICE": str(settings.keyservice),
        "INFOBANK_PUBLIC_URL": settings.public_url,
        "INFOBANK_DATABASE_URL": settings.records_url,
        "INFOBANK_KEYS_DATABASE_URL": settings.keys_url,
        "INFOBANK_LISTEN": f"{host}:{port}",
    }


def command(*arguments: str | Path) -> list[str]:
    """Return the words that run one of the bank's commands."""
    return [sys.executable, "-m", "infobank", *map(str, arguments)]


def infobank(
    settings: Settings, *arguments: str | Path, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run one command of the bank to its end; `more` goes into its environment."""
    return subprocess.run(
        command(*arguments),
        env={**environment_for(settings), **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def said(settings: Settings, *arguments: str | Path) -> str:
    """Run a command that goes well; return what it says."""
    done = infobank(settings, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass(frozen=True)
class Started:
    """A process of the bank, and the file its output goes to."""

    process: subprocess.Popen[bytes]
    output: Path

    @property
    def pid(self) -> int:
        """The process's number."""
        return self.process.pid

    def said(self) -> str:
        """Return what it wrote so far."""
        return self.output.read_text(encoding="utf-8")

    def suspend(self) -> None:
        """Stop the process where it is, as a hung machine would."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def started(
    arguments: list[str], environment: Mapping[str, str], output: Path
) -> Iterator[Started]:
    """Run a process for as long as the block lasts; its standard input stays open as long."""
    with (
        output.open("ab") as written,
        subprocess.Popen(
            arguments,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_hear_interrupts,  # noqa: PLW1509 - it sets a signal and nothing else
        ) as process,
    ):
        try:
            yield Started(process, output)
        finally:
            _end(process)


def _hear_interrupts() -> None:
    # A run that a shell put into the background ignores Ctrl-C, and its children inherit that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGCONT)
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def web_worker(settings: Settings, folder: Path) -> Iterator[tuple[Started, str]]:
    """Run one web worker in a process of its own; return it and where it listens."""
    port = free_port()
    at = f"http://127.0.0.1:{port}"
    environment = environment_for(settings) | {"INFOBANK_LISTEN": f"127.0.0.1:{port}"}
    with started(command("worker"), environment, folder / f"worker-{port}.txt") as worker:
        until(lambda: answers(f"{at}/readyz"), worker.said)
        yield worker, at


def answers(address: str) -> bool:
    """Tell whether an address answers that all is well."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def until(
    condition: Callable[[], object], said: Callable[[], str] = str, seconds: float = SECONDS
) -> None:
    """Wait for a condition; fail with what was `said` when it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s in vain\n{said()}"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Tell whether a process runs: not gone, and not dead and waiting to be collected."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
