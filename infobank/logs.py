"""JSON logs: one wide event a request or a job, allow-listed keys, never a value or a token."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "request_id",
        "method",
        "route",
        "status",
        "milliseconds",
        "role",
        "account",
        "provider",
        "code",
        "error",
        "decision",
        "reasons",
        "records",
        "entries",
        "size",
        "release",
        "statistic",
        "worker",
        "network",
        "digest",
        "signal",
        "where",
    }
)
"""Keys an event may have: identifiers, counts and codes.  Everything else is dropped."""

QUIET = ("authlib", "asyncio", "sqlalchemy", "aiohttp.access", "aiohttp.server")
"""Loggers of libraries that write tokens or parameters when they are verbose."""


def configure(*, json: bool = True) -> None:
    """Send events to standard error, as JSON or for a person's eyes."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s", force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if json
            else structlog.dev.ConsoleRenderer(colors=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def only_allowed(
    _logger: Any,  # noqa: ANN401 - structlog's own signature
    _name: str,
    event: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    """Drop every key that is not allowed, so that nothing is logged by accident."""
    return {key: value for key, value in event.items() if key in ALLOWED}
