"""What the bank hears when its database is away, slow, or refuses."""

import asyncio
import fcntl
import os
import signal
import sys
import termios
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from bank_processes import SECONDS, until
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from infobank.db.direct import Direct
from infobank.db.embedded import EmbeddedDatabases, EmbeddedServer
from infobank.db.postgres.engine import Patience, create_engine, translate_db_errors
from infobank.db.postgres.errors import StorageError
from infobank.errors import ConflictError, UnavailableError

SHORT = timedelta(milliseconds=200)


@pytest.fixture
async def engine(databases: EmbeddedDatabases) -> AsyncIterator[AsyncEngine]:
    """Return an engine of the owner of the records, of two connections, with little patience."""
    made = create_engine(
        databases.url("infobank_owner"),
        application="test of the engine",
        pool_size=2,
        patience=Patience(pool=SHORT, statement=SHORT, silence=SHORT, lock=SHORT),
    )
    yield made
    await made.dispose()


async def ask(engine: AsyncEngine, statement: str, **values: object) -> Any:  # noqa: ANN401
    """Return the first value of a statement, as a unit of work would get it."""
    with translate_db_errors():
        async with engine.connect() as connection:
            answer = await connection.execute(text(statement), values)
            first = answer.scalar() if answer.returns_rows else None
            await connection.commit()
            return first


async def test_a_session_says_who_it_is_and_when_it_gives_up(engine: AsyncEngine):
    shown = {
        name: await ask(engine, f"SHOW {name}")
        for name in ("application_name", "TimeZone", "statement_timeout", "lock_timeout")
    }
    assert shown == {
        "application_name": "test of the engine",
        "TimeZone": "UTC",
        "statement_timeout": "200ms",
        "lock_timeout": "200ms",
    }


async def test_a_connection_the_server_ended_is_unavailable_once_and_replaced(engine: AsyncEngine):
    mine = await ask(engine, "SELECT pg_backend_pid()")
    os.kill(mine, signal.SIGTERM)
    answers = []
    while len(answers) < 3:
        try:
            answers.append(await ask(engine, "SELECT pg_backend_pid()"))
        except UnavailableError:
            answers.append(None)
    assert answers.count(None) <= 1
    assert answers[-1] not in (None, mine)


@asynccontextmanager
async def goodbye_without_end(
    databases: EmbeddedDatabases, folder: Path
) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """Yield the URL of a way to the records on which the server's last word comes before its end.

    The two are two packets, and a worker may ask in between: here it always does, once the
    event says that the worker has read the first of them.
    """
    told = asyncio.Event()
    name = ".s.PGSQL.5432"
    tasks: list[asyncio.Task[None]] = []

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, asks = await asyncio.open_unix_connection(databases.server.sockets / name)
        with closing(writer), closing(asks):
            tasks.extend(
                asyncio.create_task(carry(*pair)) for pair in ((reader, asks), (answers, writer))
            )
            await tasks[-1]  # the server's end, which is not passed on
            await asyncio.to_thread(until, lambda: not unread(writer))
            told.set()
            await tasks[-2]

    server = await asyncio.start_unix_server(relay, folder / name)
    try:
        database = databases.name("infobank_owner")
        yield f"postgresql+asyncpg://infobank_owner@/{database}?host={folder}", told
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what is heard until its end."""
    while heard := await reader.read(65536):
        writer.write(heard)


def unread(writer: asyncio.StreamWriter) -> bool:
    """Tell whether the other end of a socket has not read everything yet (unix(7), SIOCOUTQ)."""
    left = fcntl.ioctl(writer.get_extra_info("socket"), termios.TIOCOUTQ, bytes(4))
    return int.from_bytes(left, sys.byteorder) > 0


@pytest.mark.parametrize("directly", [False, True])
async def test_a_connection_that_was_told_goodbye_and_not_yet_closed_is_unavailable(
    databases: EmbeddedDatabases, tmp_path: Path, *, directly: bool
):
    async with goodbye_without_end(databases, tmp_path) as (url, told):
        engine = create_engine(url, application="test", pool_size=1)
        direct = Direct(engine)

        async def whose() -> int:
            if directly:
                ((mine,),) = await direct.fetch("SELECT pg_backend_pid()")
                return int(mine)
            return int(await ask(engine, "SELECT pg_backend_pid()"))

        mine = await whose()
        os.kill(mine, signal.SIGTERM)
        async with asyncio.timeout(SECONDS):
            await told.wait()
        with pytest.raises(UnavailableError):
            await whose()
        assert await whose() != mine
    await direct.close()
    await engine.dispose()


async def test_a_statement_that_takes_too_long_is_unavailable(engine: AsyncEngine):
    with pytest.raises(UnavailableError, match="away") as caught:
        await ask(engine, "SELECT pg_sleep(60)")
    assert "57014" in caught.value.detail


async def test_a_server_that_hangs_is_unavailable_and_left(engine: AsyncEngine):
    mine = await ask(engine, "SELECT pg_backend_pid()")
    os.kill(mine, signal.SIGSTOP)
    try:
        with pytest.raises(UnavailableError):
            await ask(engine, "SELECT 1")
        assert await ask(engine, "SELECT pg_backend_pid()") != mine
    finally:
        os.kill(mine, signal.SIGCONT)


async def test_a_pool_whose_connections_are_all_busy_is_unavailable(engine: AsyncEngine):
    async with engine.connect(), engine.connect():
        with pytest.raises(UnavailableError) as caught:
            await ask(engine, "SELECT 1")
    assert caught.value.detail == "pool exhausted"


async def test_what_exists_already_is_a_conflict_that_names_the_rule_and_no_value(
    engine: AsyncEngine,
):
    await ask(engine, "CREATE TABLE once (name text CONSTRAINT one_name PRIMARY KEY)")
    value = str(uuid4())
    insertion = "INSERT INTO once VALUES (:name) RETURNING 1"
    await ask(engine, insertion, name=value)
    with pytest.raises(ConflictError) as caught:
        await ask(engine, insertion, name=value)
    assert "one_name" in caught.value.detail
    assert value not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "statement", ["SELECT 'canary'::int", "SELECT CAST(:value AS int)", "SELEC"]
)
async def test_a_wrong_statement_is_an_error_without_the_value(engine: AsyncEngine, statement: str):
    values = {"value": "canary"} if ":value" in statement else {}
    with pytest.raises(StorageError) as caught:
        await ask(engine, statement, **values)
    told = "".join(traceback.format_exception(caught.value))
    assert "canary" not in told.replace(statement, "")


async def test_an_error_of_ours_inside_a_unit_of_work_stays_itself(engine: AsyncEngine):
    with pytest.raises(FileNotFoundError), translate_db_errors():
        async with engine.connect():
            Path("/does/not/exist").open()  # noqa: ASYNC230, SIM115 - fails at once


async def test_a_database_that_comes_back_is_used_again(open_folder: Path):
    server = EmbeddedServer(open_folder)
    engine = create_engine(
        server.url("infobank_web", "infobank_records"), application="test", pool_size=4
    )
    try:
        with pytest.raises(UnavailableError):
            await ask(engine, "SELECT 1")
        for _ in range(2):
            await asyncio.to_thread(server.start)
            with translate_db_errors():
                async with engine.connect() as one, engine.connect() as other:
                    assert await one.scalar(text("SELECT 1")) == 1
                    assert await other.scalar(text("SELECT 1")) == 1
            await asyncio.to_thread(server.stop)
            with pytest.raises(UnavailableError):
                await ask(engine, "SELECT 1")
            with pytest.raises(UnavailableError):
                await ask(engine, "SELECT 1")
    finally:
        await engine.dispose()
        server.stop()
