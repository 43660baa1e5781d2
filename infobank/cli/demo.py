"""`infobank demo`: a whole bank with a synthetic city, on this machine, in one command."""

import argparse
import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import aiohttp

from infobank.app.bank import open_bank
from infobank.app.installation import Databases, databases
from infobank.cli.progress import Progress
from infobank.cli.running import Commands, run, say
from infobank.cli.serving.supervision import check_port, environment_of, keys_at_hand, running
from infobank.config import DEMO, Settings, from_environment
from infobank.db.embedded import EmbeddedServer
from infobank.demo.people import people
from infobank.demo.prepare import Plan, make_ready, prepare
from infobank.demo.untidy import SAMPLE
from infobank.errors import ConfigurationError, UnavailableError
from infobank.keystore.roots.places import FilePlace

MARK = "infobank-demo"
"""A file that says that a folder is the demo's own, and may be removed by `--fresh`."""

LOGS = "bank.log"
"""Where the bank's processes write their events, so that the terminal stays readable."""

OWN = frozenset(
    {MARK, LOGS, "postgresql", "keys", "keyservice", "published", "plan.json", "plan.json.partial"}
)
"""Everything that the demo keeps in its folder."""

WORKERS = 2
STATISTIC = "monthly_steps"
SECONDS_TO_START = 60


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("demo", help="run a whole bank with a synthetic city")
    parser.add_argument("--fresh", action="store_true", help="start over with new data")
    parser.add_argument("--residents", type=int, default=2000, help="size of the city")
    parser.add_argument("--port", type=int, default=8080, help="the bank's port (default 8080)")
    parser.add_argument("--provider-port", type=int, default=8081, help="the demo provider's port")
    parser.add_argument("--state", type=Path, default=None, help="where the demo keeps its data")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    settings = demo_settings(options.state, options.port)
    check_isolated(settings)
    check_port(settings.listen, "--port (by make: make demo ARGS='--port 8090')")
    check_port(("127.0.0.1", options.provider_port), "--provider-port")
    if options.fresh:
        start_over(settings.state)
    take_folder(settings.state)
    with databases(settings) as found:
        demo = Demo(settings, found, options.residents, options.provider_port)
        return run(demo.until_stopped())


def demo_settings(state: Path | None, port: int) -> Settings:
    """Return the demo's settings: its own state folder, this machine only."""
    stated = {
        "INFOBANK_ENV": DEMO,
        "INFOBANK_LISTEN": f"127.0.0.1:{port}",
        "INFOBANK_PUBLIC_URL": f"http://localhost:{port}",
    }
    if state is not None:
        stated["INFOBANK_STATE"] = str(state)
    return from_environment(**stated)


def check_isolated(settings: Settings) -> None:
    """Accept settings that keep the demo apart from any real bank.

    Raises:
        ConfigurationError: they name databases or keys outside the demo's own folder: there
            it would let anybody in, as anybody, without a credential.
    """
    state = settings.state
    shared = {
        "INFOBANK_DATABASE_URL": not settings.embedded,
        "INFOBANK_ROOT_KEYSTORE": not isinstance(settings.roots, FilePlace),
        "INFOBANK_ROOT_KEY": not settings.root_key.is_relative_to(state),
        "INFOBANK_LOG_KEY": not settings.log_key.is_relative_to(state),
    }
    if any(shared.values()):
        names = ", ".join(name for name, found in shared.items() if found)
        raise ConfigurationError(f"the demo keeps data and keys in {state} alone; unset {names}")


def take_folder(state: Path) -> None:
    """Make the demo's folder, and mark it as one that `--fresh` may remove.

    Raises:
        ConfigurationError: something else is in it, which `--fresh` would remove too.
    """
    if state.is_dir() and any(each.name not in OWN for each in state.iterdir()):
        raise ConfigurationError(f"{state} holds something else; name a folder for the demo alone")
    state.mkdir(parents=True, exist_ok=True, mode=0o711)
    (state / MARK).touch()


def start_over(state: Path) -> None:
    """Remove the demo's data, after making sure that it is the demo's and not in use.

    Raises:
        ConfigurationError: the folder is something else, or a demo is running on it.
    """
    if not state.exists():
        return
    if not (state / MARK).exists():
        raise ConfigurationError(f"{state} is not a demo's folder; nothing was removed")
    if not EmbeddedServer(state / "postgresql").stop():
        raise ConfigurationError("a demo is running on this data; end it first")
    shutil.rmtree(state)


class Demo:
    """One run of the demo."""

    def __init__(
        self, settings: Settings, found: Databases, residents: int, provider_port: int
    ) -> None:
        self._settings = settings
        self._found = found
        self._residents = residents
        self._provider_port = provider_port
        self._progress = Progress("", sys.stderr)

    async def until_stopped(self) -> int:
        """Prepare, serve, and end in order when asked to, at any moment."""
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        work = asyncio.create_task(self._work())
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait([work, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if work.done():
            return work.result()
        say("\nstopping …")
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        say("stopped.  The data is kept: run the demo again to go on.")
        return 0

    async def _work(self) -> int:
        redirect_uri = f"http://localhost:{self._provider_port}/callback"
        await make_ready(self._settings, self._found, self._tell)
        with private_log(self._settings.state / LOGS) as logs:
            async with keys_at_hand(self._settings, logs):
                plan = await prepare(
                    self._settings, self._found, self._residents, redirect_uri, self._tell
                )
                await self._publish(plan)
                async with running(self._settings, WORKERS, logs), self._provider(plan):
                    await self._until_ready()
                    self._invite()
                    await asyncio.Event().wait()
        return 0

    def _tell(self, step: str, done: int, total: int) -> None:
        self._progress.name = f"preparing {step:<11}"
        self._progress.show(done, total)
        if done == total:
            self._progress.close()
            say(f"prepared {step}")

    async def _publish(self, plan: Plan) -> None:
        """Publish every whole month that is not published yet, in a process of its own."""
        async with open_bank(self._settings, self._found) as bank:
            published = {each.first for each in await bank.catalogue.releases(STATISTIC)}
        for month in plan.months():
            name = f"{month.first:%Y-%m}"
            if month.first in published:
                continue
            command = ("publish", STATISTIC, "--month", name)
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "infobank",
                *command,
                env=environment_of(self._settings),
                start_new_session=True,
            )
            if await _ended(process):
                raise ConfigurationError(f"publishing {name} failed")

    @asynccontextmanager
    async def _provider(self, plan: Plan) -> AsyncIterator[None]:
        """Run the demo's service provider, which knows the bank only by its public address."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "infobank.demo.provider",
            "--bank",
            self._settings.public_url,
            "--client-id",
            plan.client_id,
            "--key",
            str(self._settings.state / "keys" / "provider.pem"),
            "--port",
            str(self._provider_port),
            start_new_session=True,
        )
        try:
            yield
        finally:
            process.terminate()
            await process.wait()

    async def _until_ready(self) -> None:
        address = self._settings.public_url + "/readyz"
        async with aiohttp.ClientSession() as session, asyncio.timeout(SECONDS_TO_START):
            while True:
                try:
                    async with session.get(address) as answer:
                        if answer.ok:
                            return
                except aiohttp.ClientError:
                    pass  # not listening yet
                await asyncio.sleep(0.1)
        raise UnavailableError("the bank did not start")

    def _invite(self) -> None:
        bank, key = self._settings.public_url, self._settings.log_key.with_suffix(".vkey")
        say()
        say("The demo is ready.  All people and data in it are synthetic 合成データ.")
        say(f"  the bank                 {bank}")
        say(f"  a service provider       http://localhost:{self._provider_port}")
        say(f"  open statistics          {bank}/datasets")
        say(f"  interface for programs   {bank}/api")
        say()
        say(f"Sign in at {bank}/sign-in as")
        for person in people():
            say(f"  {person.handle:<10} {person.about.en}  {person.about.ja}")
        say()
        program = _near(Path(sys.executable).with_name("infobank"))
        state = f"INFOBANK_STATE={self._settings.state}"
        say("In another terminal, check the log, or deposit an untidy synthetic file:")
        say(f"  {program} log verify {bank}/log --key {key}")
        say(
            f"  INFOBANK_ENV=demo {state} {program} deposit csv {_near(SAMPLE)} "
            "--mapping fitbit_daily_activity"
        )
        say(f"What the bank logs: {self._settings.state / LOGS}")
        say("Ctrl-C stops the demo and keeps its data; `--fresh` starts over.")


def private_log(path: Path) -> IO[bytes]:
    """Open a file to append to that only its owner can read."""
    return open(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600))


def _near(path: Path) -> Path:
    """Return a path as seen from here, when it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


async def _ended(process: asyncio.subprocess.Process) -> int:
    """Wait for a process; end it when the wait is cancelled."""
    try:
        return await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
