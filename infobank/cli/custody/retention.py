"""`infobank retention`: end what is over; and the process that does so every day."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from infobank.app.installation import Databases
from infobank.app.parts import open_parts
from infobank.app.wiring import wire_giving, wire_mandates
from infobank.cli.running import Commands, say, with_bank, with_databases
from infobank.cli.serving.beating import again_and_again
from infobank.cli.serving.stopping import stop_asked
from infobank.clock import Clock, SystemClock
from infobank.config import Settings
from infobank.keystore.service.client import RemoteKeys
from infobank.keystore.service.wire import CARETAKER, WEB
from infobank.usecases.accounts.hand_over import HandOver
from infobank.usecases.custody.forget import Forget
from infobank.usecases.custody.retain import Retain, Retained
from infobank.usecases.custody.trim import Trim
from infobank.usecases.mandates.mandates import Mandates
from infobank.usecases.vault.alarm import Alarm
from infobank.usecases.vault.erase import Erase

BEAT = 60.0
"""Seconds between two looks for what is left to do."""


@dataclass(frozen=True)
class Daily:
    """What has to be done every day, whoever is there.

    Carry erasures on, retention out, hand over to who came of age, and what mandates call for:
    calls go on at each look, until everybody was asked.
    """

    erase: Erase
    retain: Retain
    hand_over: HandOver
    mandates: Mandates

    async def __call__(self) -> tuple[int, Retained | None]:
        """Do what is left of today; return how many erasures went on, and what was retired."""
        erasures, retained = await self.erase.finish_interrupted(), await self.retain()
        if retained is not None:  # the day's first time
            await self.hand_over()
            await self.mandates()
        else:
            await self.mandates.call.go_on()
        return erasures, retained


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("retention", help="end what is over, once; serve does it daily")
    parser.set_defaults(run=_once)
    # Without help it is not listed: only the supervisor runs it.
    commands.add_parser("daily").set_defaults(run=_daily)


@asynccontextmanager
async def open_daily(
    settings: Settings, found: Databases, clock: Clock | None = None
) -> AsyncIterator[Daily]:
    """Open the daily work: the records as a web worker sees them, the keys as their caretaker."""
    caretaker = RemoteKeys(settings.keyservice / CARETAKER)
    async with open_parts(settings, found, WEB, clock or SystemClock()) as parts:
        units, record, keyservice = parts.units, parts.record, parts.keyservice
        now, rules, tenant, zone = parts.clock, parts.retention, settings.tenant, settings.zone
        alarm = Alarm(units, record, now)
        give, lessen = wire_giving(parts)
        forget = Forget(units, record, now, rules, zone)
        trim = Trim(units, keyservice, caretaker, record, alarm, now, parts.policies, rules, tenant)
        try:
            yield Daily(
                Erase(
                    units,
                    record,
                    keyservice,
                    now,
                    parts.entropy,
                    rules,
                    tenant,
                    zone,
                    lessen.notify,
                ),
                Retain(units, caretaker, record, forget, trim, now, rules, zone),
                HandOver(units, record, keyservice, now),
                wire_mandates(parts, give, lessen),
            )
        finally:
            await caretaker.close()


def _once(_: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        async with open_daily(settings, found) as daily:
            erasures, retained = await daily()
        say(f"erasures carried on     {erasures}")
        if retained is None:
            say("today's retention was carried out before")
            return 0
        say(f"records retired         {retained.trimmed.records}")
        say(f"residents with a broken seal, left as they are  {retained.trimmed.broken}")
        say(f"consents that ran out   {retained.ended}")
        say(f"consents forgotten      {retained.forgotten}")
        say(f"mandates forgotten      {retained.besides.mandates}")
        say(f"told notices forgotten  {retained.besides.told}")
        say(f"answers forgotten       {retained.besides.answers}")
        say(f"log keys destroyed      {retained.log_keys.destroyed}")
        say(f"log keys given away     {retained.log_keys.given}")
        return 0

    return with_bank(work)


def _daily(_: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        stop = stop_asked()
        async with open_daily(settings, found) as daily:
            await again_and_again(daily, BEAT, stop, "daily_work_waits")
        return 0

    return with_databases(work)
