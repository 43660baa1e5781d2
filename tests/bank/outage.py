"""A database that is away for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from running_bank import BankServer


@contextmanager
def database_away(server: BankServer) -> Iterator[None]:
    """Let nobody connect to the records' database, and end every connection to it."""
    name = server.databases.records

    async def execute(*statements: str) -> None:
        owner = server.databases.server.libpq("infobank_owner", "infobank_records")
        connection = await asyncpg.connect(owner)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    close = (
        f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
        f"""SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = '{name}' AND usename LIKE 'infobank%'""",
    )
    server.run(execute(*close))
    try:
        yield
    finally:
        server.run(execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
