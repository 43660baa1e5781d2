"""One web process of `infobank serve`."""

import argparse

from aiohttp import web

from infobank.app.installation import Databases
from infobank.app.worker import make_worker
from infobank.cli.running import Commands, with_databases
from infobank.cli.serving.collecting import leave_out_what_stays
from infobank.cli.serving.stopping import stop_asked
from infobank.config import Settings
from infobank.demo.people import people


def add_to(commands: Commands) -> None:
    """Add the command, which the supervisor alone runs."""
    commands.add_parser("worker").set_defaults(run=_worker)


def _worker(_: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        stop = stop_asked()
        shown = people() if settings.demo else ()
        runner = web.AppRunner(
            make_worker(settings, found, shown), access_log=None, shutdown_timeout=5
        )
        await runner.setup()
        leave_out_what_stays()
        try:
            host, port = settings.listen
            await web.TCPSite(runner, host, port, reuse_port=True).start()
            await stop
        finally:
            await runner.cleanup()
        return 0

    return with_databases(work)
