"""Put what was found out about the log in words, one line for each thing that was looked at."""

from datetime import timedelta
from typing import Final

from infobank.usecases.accesslog.health import LogHealth
from infobank.vocabulary.text.language import Text
from infobank.web.portal.texts import Words
from infobank.web.portal.views.auditor.log import LogCheck

LATE: Final = timedelta(seconds=30)
"""How long an entry may wait for its place before somebody has to look: it takes a second or so."""


def checks(found: LogHealth, words: Words) -> tuple[LogCheck, ...]:
    """Return what was looked at, in the order in which it is told."""
    newest = found.checkpoint
    size = newest.size if newest else 0
    return (
        LogCheck(
            words("health.signature"),
            found.signed,
            words("health.signed") if found.signed else words("health.not_signed"),
        ),
        LogCheck(
            words("health.newest"),
            found.proven,
            words("health.proven", n=size) if found.proven else words("health.not_proven"),
        ),
        LogCheck(words("health.waiting"), not _late(found), _waiting(found, words)),
        LogCheck(
            words("health.gaps"),
            not found.gaps,
            _gaps(found, words) if found.gaps else words("health.no_gaps"),
        ),
    )


def _late(found: LogHealth) -> bool:
    return found.waiting_since is not None and found.at - found.waiting_since > LATE


def _waiting(found: LogHealth, words: Words) -> Text:
    if found.waiting_since is None:
        return words("health.none_waiting")
    seconds = max(0, int((found.at - found.waiting_since).total_seconds()))
    return words("health.some_waiting", n=found.waiting, seconds=seconds)


def _gaps(found: LogHealth, words: Words) -> Text:
    missing = sum(each.missing for each in found.gaps)
    return words("health.some_gaps", writers=len(found.gaps), n=missing)
