"""The operator's commands: `infobank COMMAND`."""

import argparse
import sys
from collections.abc import Sequence

from infobank import logs
from infobank.cli import (
    database,
    demo,
    deposit,
    keys,
    keyservice,
    log,
    provider,
    proxy,
    publish,
    serve,
    setup,
)
from infobank.cli.custody import hold, retention, vault
from infobank.cli.recovery import backup, restore
from infobank.errors import InfobankError

COMMANDS = (
    demo,
    serve,
    setup,
    database,
    keys,
    keyservice,
    deposit,
    provider,
    proxy,
    log,
    publish,
    backup,
    restore,
    vault,
    hold,
    retention,
)

INTERRUPTED = 130
"""The exit status of a command ended by Ctrl-C, as shells count it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status.  What went wrong is said in one line."""
    options = parser().parse_args(arguments)
    logs.configure(json=not sys.stderr.isatty())
    try:
        status: int = options.run(options)
    except InfobankError as error:
        print(f"infobank: {error.message}", file=sys.stderr)  # noqa: T201 - a command's own voice
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def parser() -> argparse.ArgumentParser:
    """Return the grammar of every command."""
    root = argparse.ArgumentParser(prog="infobank", description=__doc__)
    commands = root.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_to(commands)
    return root
