"""Bring a database to a revision of its schema, with Alembic.

The revisions live in `migrations/records` and `migrations/keys`; where that folder is
depends on how the program was installed, so callers pass it.  Migrations run as the
owner of their database; asking for the revision needs no more than a connection.

Alembic keeps its context in the globals of a module: one process migrates one database
at a time.  Several processes may try at once; they take turns.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, MetaData, text

from infobank.db.postgres.autogenerate import with_grants
from infobank.db.postgres.engine import Patience, create_engine, translate_db_errors
from infobank.db.postgres.roles import DATABASES, Which

_Answer = TypeVar("_Answer")

# A migration waits for a lock this long and no longer: the queue behind it would be an outage.
_PATIENCE: Final = Patience(lock=timedelta(seconds=10), statement=timedelta(minutes=10))

# Two upgrades at once take turns.  The number spells "infobank" in ASCII.
_TAKE_TURN: Final = text("SELECT pg_advisory_xact_lock(7597122249998560875)")

# Whoever may connect may ask for the revision, so that no process runs on a wrong schema.
_TELL_REVISION: Final = text("GRANT SELECT ON alembic_version TO PUBLIC")


async def upgrade(url: str | URL, which: Which, migrations: Path, *, to: str = "head") -> None:
    """Apply revisions up to `to`, all of them in one transaction.

    Raises:
        UnavailableError: the database is away, or somebody held a lock for too long.
        StorageError: a statement failed; nothing was changed.
    """

    def work(connection: Connection) -> None:
        command.upgrade(_config(which, migrations, connection), to)
        connection.execute(_TELL_REVISION)
        connection.commit()

    await _run(url, work)


async def downgrade(url: str | URL, which: Which, migrations: Path, *, to: str = "base") -> None:
    """Take revisions back down to `to`, all of them in one transaction.

    Raises:
        UnavailableError: the database is away, or somebody held a lock for too long.
        StorageError: a statement failed; nothing was changed.
    """
    await _run(
        url, lambda connection: command.downgrade(_config(which, migrations, connection), to)
    )


async def current(url: str | URL) -> str | None:
    """Return the revision a database is at; None when it was never migrated.

    Raises:
        UnavailableError: the database is away.
    """
    return await _run(
        url, lambda connection: MigrationContext.configure(connection).get_current_revision()
    )


def newest(which: Which, migrations: Path) -> str | None:
    """Return the newest revision that this release brings."""
    return ScriptDirectory.from_config(_config(which, migrations)).get_current_head()


def knows(which: Which, migrations: Path, revision: str) -> bool:
    """Tell whether this release brings a revision."""
    script = ScriptDirectory.from_config(_config(which, migrations))
    return any(each.revision == revision for each in script.walk_revisions())


def run_environment(context: Any, which: Which, metadata: MetaData) -> None:  # noqa: ANN401 - a module
    """Run Alembic's present command; what both `migrations/*/env.py` do and no more.

    Our own calls bring a connection.  A developer's `alembic -n records -x url=URL
    revision --autogenerate` names the database instead.
    """

    def migrate(connection: Connection) -> None:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            compare_server_default=True,
            process_revision_directives=with_grants(metadata, DATABASES[which]),
        )
        with context.begin_transaction():
            connection.execute(_TAKE_TURN)
            context.run_migrations()

    connection = context.config.attributes.get("connection")
    if connection is not None:
        migrate(connection)
    else:
        url = context.get_x_argument(as_dictionary=True)["url"]
        asyncio.run(_run(url, migrate))


async def _run(url: str | URL, work: Callable[[Connection], _Answer]) -> _Answer:
    engine = create_engine(url, application="infobank migrate", pool_size=1, patience=_PATIENCE)
    try:
        with translate_db_errors():
            async with engine.connect() as connection:
                return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _config(which: Which, migrations: Path, connection: Connection | None = None) -> Config:
    # Alembic reads "%" in a setting as the start of a substitution.
    config = Config()
    config.set_main_option("script_location", str(migrations / which).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
