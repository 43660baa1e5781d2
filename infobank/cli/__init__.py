"""The operator's commands: `infobank COMMAND`."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from infobank import logs
from infobank.errors import InfobankError

COMMANDS: Mapping[str, str] = {
    "demo": "demo",
    "serve": "serve",
    "worker": "serving.worker",
    "sequencer": "serving.sequencer",
    "setup": "setup",
    "db": "database",
    "keys": "keys",
    "keyservice": "keyservice",
    "deposit": "deposit",
    "provider": "provider",
    "proxy": "proxy",
    "cohort": "consenting.cohort",
    "approval": "people.approval",
    "account": "people.account",
    "household": "people.household",
    "log": "log",
    "receipt": "consenting.receipt",
    "publish": "publish",
    "backup": "recovery.backup",
    "restore": "recovery.restore",
    "vault": "custody.vault",
    "hold": "custody.hold",
    "retention": "custody.retention",
    "daily": "custody.retention",
    "mandates": "custody.mandates",
    "notices": "custody.notices",
    "notifier": "custody.notices",
}
"""Each command and the module that carries it out.

A process loads only the module of its own command: a bank has many processes, and most
need neither the portal nor the archives.
"""

INTERRUPTED = 130
"""The exit status of a command ended by Ctrl-C, as shells count it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status.  What went wrong is said in one line."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = parser(*words[:1]).parse_args(words)
    logs.configure(json=not sys.stderr.isatty())
    try:
        status: int = options.run(options)
    except InfobankError as error:
        print(f"infobank: {error.message}", file=sys.stderr)  # noqa: T201 - a command's own voice
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def parser(command: str = "") -> argparse.ArgumentParser:
    """Return the grammar of one command, or of all where none of that name is."""
    root = argparse.ArgumentParser(prog="infobank", description=__doc__)
    commands = root.add_subparsers(metavar="COMMAND", required=True)
    asked = [COMMANDS[command]] if command in COMMANDS else dict.fromkeys(COMMANDS.values())
    for module in asked:
        import_module(f"{__name__}.{module}").add_to(commands)
    return root
