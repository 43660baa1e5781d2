"""`infobank publish`: publish one month of a statistic."""

import argparse
import re

from infobank.app.installation import Databases
from infobank.app.processes import open_publisher
from infobank.cli.running import Commands, say, with_bank
from infobank.config import Settings
from infobank.errors import InvalidInputError, NotFoundError
from infobank.vocabulary.period import Period

_MONTH = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])", re.ASCII)


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("publish", help="publish one month of a statistic")
    parser.add_argument("statistic", help="a statistic in policies/statistics")
    parser.add_argument("--month", required=True, help="such as 2026-09")
    parser.set_defaults(run=_run)


def month_of(text: str) -> Period:
    """Return the month a text such as `2026-09` means.

    Raises:
        InvalidInputError: it is not a month.
    """
    found = _MONTH.fullmatch(text)
    if found is None:
        raise InvalidInputError("a month is written like 2026-09", field="month")
    return Period.month(int(found[1]), int(found[2]))


def _run(options: argparse.Namespace) -> int:
    # Loaded here, because no other process may need the noise library or wait for it.
    from infobank.publication.mechanism import draw  # noqa: PLC0415 - see above

    period = month_of(options.month)

    async def publish(settings: Settings, found: Databases) -> int:
        async with open_publisher(settings, found, draw) as (parts, publish_month):
            statistic = parts.statistics.get(options.statistic)
            if statistic is None:
                known = ", ".join(sorted(parts.statistics))
                raise NotFoundError(f"no statistic is called that; known are {known}")
            release = await publish_month(statistic, period)
        say(f"published {release.release_id}")
        return 0

    return with_bank(publish)
