"""`infobank notices`: what recipients owe; and the process that brings notices to them."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.app.letters import wire_post
from infobank.app.parts import open_parts
from infobank.cli.running import Commands, say, with_bank, with_databases
from infobank.cli.serving.beating import again_and_again
from infobank.cli.serving.stopping import stop_asked
from infobank.clock import Clock, SystemClock
from infobank.config import Settings
from infobank.connectors.push_over_http import SECONDS, pushing
from infobank.keystore.service.wire import WEB
from infobank.usecases.letters.post import PostLetters
from infobank.usecases.letters.write import WriteLetters
from infobank.usecases.notices.compose import Compose
from infobank.usecases.notices.follow import FollowNotices
from infobank.usecases.notices.push import PushNotices
from infobank.usecases.signing import Sign

BEAT = 5.0
"""Seconds between two looks for what is due."""


@dataclass(frozen=True)
class Notifier:
    """What is done about notices, whoever is there: bring them, escalate them, forget them.

    And about letters to residents: write those that what happened calls for, and send them.

    It is a process of its own, because it calls other people's machines: it holds no more
    than a web worker does.
    """

    push: PushNotices
    follow: FollowNotices
    write: WriteLetters
    post: PostLetters | None

    async def __call__(self) -> tuple[int, int]:
        """Do what is due now; return how many notices were taken, and how many are late."""
        taken = await self.push()
        late = await self.follow.escalate()
        await self.follow.forget_erased()
        await self.write()
        if self.post is not None:
            await self.post()
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
            FollowNotices(units, record, parts.keyservice, now),
            *wire_post(parts),
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
            await again_and_again(notifier, BEAT, stop, "notices_wait")
        return 0

    return with_databases(work)
