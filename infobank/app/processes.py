"""Open the processes beside the web workers: the sequencer and the publisher."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infobank.app.identity import signer, site, verifier_key
from infobank.app.installation import Databases
from infobank.app.parts import Parts, open_parts
from infobank.clock import Clock, SystemClock
from infobank.config import Settings
from infobank.keystore.service.wire import PUBLISHER, SEQUENCER
from infobank.usecases.accesslog.sequence import Sequence
from infobank.usecases.genuine import Genuine
from infobank.usecases.publication.gather import Gather
from infobank.usecases.publication.publish import Draw, Publish
from infobank.usecases.upkeep import Upkeep
from infobank.usecases.vault.alarm import Alarm


@asynccontextmanager
async def open_sequencer(
    settings: Settings, found: Databases, clock: Clock | None = None
) -> AsyncIterator[tuple[Parts, Sequence]]:
    """Open the process that gives log entries their places and signs checkpoints."""
    async with open_parts(settings, found, SEQUENCER, clock or SystemClock()) as parts:
        yield (
            parts,
            Sequence(
                parts.units,
                parts.clock,
                verifier_key(settings).name,
                signer(settings),
                parts.keyservice,
            ),
        )


@asynccontextmanager
async def open_publisher(
    settings: Settings, found: Databases, draw: Draw, clock: Clock | None = None
) -> AsyncIterator[tuple[Parts, Publish]]:
    """Open the process that publishes statistics."""
    async with open_parts(settings, found, PUBLISHER, clock or SystemClock()) as parts:
        gather = Gather(
            parts.units,
            parts.grouped,
            parts.keyservice,
            Genuine(parts.keyservice),
            Alarm(parts.units, parts.record, parts.clock),
            parts.clock,
            parts.entropy,
            parts.policies,
            settings.tenant,
        )
        await Upkeep(
            parts.units, parts.record, parts.clock, parts.policies, parts.files
        ).announce_policies()
        yield (
            parts,
            Publish(
                parts.units,
                gather,
                parts.record,
                parts.clock,
                parts.policies,
                signer(settings),
                site(settings),
                draw,
                settings.zone,
            ),
        )
