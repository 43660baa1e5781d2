"""Connections to PostgreSQL, and what it means when they fail.

A pool is not asked whether its connections live: the first use of a dead one fails as
`UnavailableError`, empties the pool, and the next use connects anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from asyncpg import InterfaceError, InternalClientError, PostgresError
from sqlalchemy import URL, event
from sqlalchemy.engine import Dialect, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from infobank.db.postgres.errors import StorageError
from infobank.errors import ConflictError, InfobankError, UnavailableError

# SQLSTATE (PostgreSQL 18, appendix A).  The connection is gone:
_GONE: Final = ("08", "57P", "25P03")
# ... or the server cannot do it now: no room, too slow, a replica took over, its disk fails.
_CANNOT_NOW: Final = (*_GONE, "53", "57014", "55P03", "25006", "58")
# ... or two changes collided: serialization, deadlock, integrity.
_COLLIDED: Final = ("40001", "40P01", "23")

DRIVER_ERRORS: Final = (PostgresError, InterfaceError, InternalClientError, OSError)
"""What the driver raises; its own bewilderment too: it is what asking a connection comes to that
the server has said goodbye to and not yet closed."""

_AWAY = "The bank's storage is away; nothing was changed or disclosed. Try again shortly."


@dataclass(frozen=True)
class Patience:
    """How long a process waits for storage before it gives up, each for its own reason.

    PostgreSQL itself ends what takes longer than `statement`; `silence` later we stop
    believing that it will answer at all.
    """

    connect: timedelta = timedelta(seconds=5)
    pool: timedelta = timedelta(seconds=5)
    statement: timedelta = timedelta(seconds=15)
    lock: timedelta = timedelta(seconds=5)
    silence: timedelta = timedelta(seconds=5)
    idle_transaction: timedelta = timedelta(seconds=60)


def create_engine(
    url: str | URL,
    *,
    application: str,
    pool_size: int = 10,
    patience: Patience = Patience(),
) -> AsyncEngine:
    """Return an engine of at most `pool_size` connections; connect when it is first used.

    `application` is the name operators see in `pg_stat_activity`.  Parameters never reach
    logs or error texts.  Instants come and go in UTC.
    """
    engine = create_async_engine(
        url,
        connect_args={
            "server_settings": _session_settings(application, patience),
            "timeout": patience.connect.total_seconds(),
            "command_timeout": (patience.statement + patience.silence).total_seconds(),
        },
        hide_parameters=True,
        max_overflow=0,
        pool_size=pool_size,
        pool_timeout=patience.pool.total_seconds(),
    )
    event.listen(engine.sync_engine, "do_connect", _connect)
    event.listen(engine.sync_engine, "handle_error", _notice_dead_connection)
    return engine


@contextmanager
def translate_db_errors() -> Iterator[None]:
    """Turn what storage raises into the bank's errors, without the values it quotes.

    Raises:
        UnavailableError: the database is away, full, too slow, or all connections are busy.
        ConflictError: another change came first; `detail` names the constraint.
        StorageError: the statement was wrong.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise UnavailableError(_AWAY, detail="pool exhausted") from error
    except StatementError as error:
        # The cause would carry PostgreSQL's text into logs: keep where, not what.
        raise _translated(error).with_traceback(error.__traceback__) from None


def _translated(error: StatementError) -> InfobankError:
    state = _state(error)
    cause = error.orig.__cause__ if error.orig is not None else None
    gone = getattr(error, "connection_invalidated", False)
    return _meaning(state, cause or error, gone=gone)


def raised_by_driver(error: Exception) -> InfobankError:
    """Return what an exception of the driver itself means, without the values it quotes."""
    state = getattr(error, "sqlstate", None) or ""
    # Whatever has no state is silence, or a connection that is no more.
    return _meaning(state, error, gone=not state)


def _meaning(state: str, cause: BaseException, *, gone: bool) -> InfobankError:
    place = getattr(cause, "constraint_name", None) or getattr(cause, "table_name", None) or ""
    detail = f"SQLSTATE {state or 'none'} {type(cause).__name__} {place}".rstrip()
    if gone or state.startswith(_CANNOT_NOW):
        return UnavailableError(_AWAY, detail=detail)
    if state.startswith(_COLLIDED):
        return ConflictError("Another change came first; nothing was changed.", detail=detail)
    return StorageError("The bank's storage refused a statement.", detail=detail)


def _state(error: StatementError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _session_settings(application: str, patience: Patience) -> dict[str, str]:
    def milliseconds(span: timedelta) -> str:
        return str(span // timedelta(milliseconds=1))

    return {
        "application_name": application,
        "timezone": "UTC",
        "statement_timeout": milliseconds(patience.statement),
        "lock_timeout": milliseconds(patience.lock),
        "idle_in_transaction_session_timeout": milliseconds(patience.idle_transaction),
    }


def _connect(
    dialect: Dialect, _record: object, arguments: list[Any], settings: dict[str, Any]
) -> DBAPIConnection:
    """Connect; every way of failing to is one error, so that none is taken for another's."""
    try:
        return dialect.connect(*arguments, **settings)
    except (OSError, dialect.loaded_dbapi.Error) as error:
        # asyncpg's text names roles, hosts and databases, never a password.
        raise UnavailableError(_AWAY, detail=f"{type(error).__name__}: {error}") from error


def _notice_dead_connection(context: ExceptionContext) -> UnavailableError | None:
    """Mark connections dead that the dialect takes for living, and silence that lasts too long."""
    error = context.original_exception
    gone = (getattr(error, "sqlstate", None) or "").startswith(_GONE)
    if gone or isinstance(error.__cause__, InternalClientError):
        context.is_disconnect = True
    if isinstance(error, OSError):
        context.is_disconnect = True
        return UnavailableError(_AWAY, detail=type(error).__name__)
    return None
