"""What commands share: settings, databases, and how they speak."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import uvloop

from infobank.app.installation import Databases, databases
from infobank.cli.serving.supervision import keys_at_hand
from infobank.config import Settings, from_environment

Commands: TypeAlias = "Any"
"""argparse's list of subcommands, whose own type has no public name."""


def with_databases(work: Callable[[Settings, Databases], Coroutine[Any, Any, int]]) -> int:
    """Run a command's work with this process's settings and databases at hand."""
    settings = from_environment()
    with databases(settings) as found:
        return run(work(settings, found))


def with_bank(work: Callable[[Settings, Databases], Coroutine[Any, Any, int]]) -> int:
    """Run a command's work with databases and a key service at hand."""

    async def with_keys(settings: Settings, found: Databases) -> int:
        async with keys_at_hand(settings):
            return await work(settings, found)

    return with_databases(with_keys)


def run(work: Coroutine[Any, Any, int]) -> int:
    """Run a coroutine to its end on the fast event loop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def say(text: str = "") -> None:
    """Say something to whoever runs the command."""
    print(text, flush=True)  # noqa: T201 - a command's own voice


def warn(text: str) -> None:
    """Say something that is not the command's result."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - a command's own voice
