"""Open the bank as a process uses it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infobank.app.identity import verifier_key
from infobank.app.installation import Databases
from infobank.app.parts import open_parts
from infobank.app.wiring import wire_bank
from infobank.clock import Clock, SystemClock
from infobank.config import Settings
from infobank.connectors.city_over_http import calling
from infobank.keystore.service.wire import WEB
from infobank.usecases.bank import Bank


@asynccontextmanager
async def open_bank(
    settings: Settings, found: Databases, clock: Clock | None = None
) -> AsyncIterator[Bank]:
    """Open the bank as a web worker, or an operator's command, uses it."""
    async with (
        open_parts(settings, found, WEB, clock or SystemClock()) as parts,
        calling() as call_city,
    ):
        yield wire_bank(parts, verifier_key(settings).text, call_city)
