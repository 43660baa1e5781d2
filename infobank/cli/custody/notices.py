"""`infobank notices`: what recipients owe; and the process that brings notices to them."""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.app.parts import open_parts
from infobank.cli.running import Commands, say, with_bank, with_databases
from infobank.cli.serving.stopping import stop_asked
from infobank.clock import Clock, SystemClock
from infobank.config import Settings
from infobank.connectors.push_over_http import SECONDS, pushing
from infobank.errors import InfobankError
from infobank.keystore.service.wire import WEB
from infobank.usecases.notices.compose import Compose
from infobank.usecases.notices.follow import FollowNotices
from infobank.usecases.notices.push import PushNotices
from infobank.usecases.signing import Sign

LOG = structlog.get_logger()

BEAT = 5.0
"""Seconds between two looks for what is due."""


@dataclass(frozen=True)
class Notifier:
    """What is done about notices, whoever is there: bring them, escalate them, forget them.

    It is a process of its own, because it calls other people's machines: it holds no more
    than a web worker does.
    """

    push: PushNotices
    follow: FollowNotices

    async def __call__(self) -> tuple[int, int]:
        """Do what is due now; return how many notices were taken, and how many are late."""
        taken = await self.push()
        late = await self.follow.escalate()
        await self.follow.forget_erased()
        return taken, late


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("notices", help="list what recipients owe an answer to")
    parser.set_defaults(run=_list)
    # Without help it is not listed: only the supervisor runs it.
    commands.add_parser("notifier").set_defaults(run=_notifier)


@asynccontextmanager
async def open_notifier(
    settings: Settings, found: Databases, clock: Clock | None = None, seconds: float = SECONDS
) -> AsyncIterator[Notifier]:
    """Open the notifier; one attempt may take so many `seconds`."""
    async with (
        open_parts(settings, found, WEB, clock or SystemClock()) as parts,
        pushing(loopback=settings.demo, seconds=seconds) as send,
    ):
        units, record, now = parts.units, parts.record, parts.clock
        compose = Compose(parts.keyservice, Sign(parts.keyservice), settings.public_url)
        yield Notifier(
            PushNotices(units, record, compose, now, parts.entropy, send),
            FollowNotices(units, record, now),
        )


def _list(_: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            overdue = await bank.notices.follow.overdue()
        for each, provider in overdue:
            notice = each.notice
            what = "deletion" if notice.deletes else "acknowledgement"
            due = f"{notice.deadline:%Y-%m-%d}"
            say(f"{notice.notice_id}  {what:<15}  due {due}  {provider.name.en}")
        say(f"overdue  {len(overdue)}")
        return 0

    return with_bank(work)


def _notifier(_: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        stop = stop_asked()
        async with open_notifier(settings, found) as notifier:
            while not stop.done():
                try:
                    await notifier()
                except InfobankError as error:  # whatever it was, the next beat tries again
                    LOG.warning("notices_wait", code=error.code, error=error.detail)
                await asyncio.wait([stop], timeout=BEAT)
        return 0

    return with_databases(work)
