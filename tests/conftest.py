"""One embedded PostgreSQL for the whole run, fresh databases for each module that asks.

All xdist workers share the server: whoever needs it first starts it, the last to leave
stops it, and the process that began the run looks once more at the end.
"""

import asyncio
import fcntl
import shutil
import signal
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from infobank.db.embedded import EmbeddedDatabases, EmbeddedServer
from infobank.db.postgres.migrate import upgrade
from infobank.db.postgres.roles import DATABASES, DatabaseRoles, Which, connection_statements

MIGRATIONS = Path(__file__).parent.parent / "migrations"

MakeDatabase = Callable[[Which], str]

_FOLDER = pytest.StashKey[Path]()
_NUMBERS = count()

# Tests make and drop databases; nobody can in production.
_TEST_PRIVILEGES = tuple(
    statement
    for roles in DATABASES.values()
    for statement in (
        f"ALTER ROLE {roles.owner} CREATEDB",
        f"GRANT pg_signal_backend TO {roles.owner}",
    )
)


def pytest_configure(config: pytest.Config) -> None:
    """Choose the server's folder: short, and open to the server's account also under root."""
    from_controller = getattr(config, "workerinput", {}).get("infobank_server")
    if from_controller is None:
        folder = _new_folder()
        # A killed run tidies up as an interrupted one does.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    else:
        folder = Path(from_controller)
    config.stash[_FOLDER] = folder


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell an xdist worker the folder."""
    node.workerinput["infobank_server"] = str(node.config.stash[_FOLDER])  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop a server that a crashed worker left behind, and remove its folder."""
    if hasattr(config, "workerinput"):
        return
    if EmbeddedServer(config.stash[_FOLDER]).stop():
        shutil.rmtree(config.stash[_FOLDER])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker is left alone with one.

    What a test is granted tells how long it takes; then its folder does.
    """
    granted: dict[Path, float] = defaultdict(float)
    for item in items:
        for mark in item.iter_markers("timeout"):
            granted[item.path] = max(granted[item.path], *mark.args)
    slow = [Path(__file__).parent / folder for folder in ("e2e", "integration")]

    def place(item: pytest.Item) -> tuple[float, ...]:
        return (-granted[item.path], *(folder not in item.path.parents for folder in slow))

    items.sort(key=place)


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> Iterator[EmbeddedServer]:
    """Return the run's PostgreSQL server."""
    with EmbeddedServer(pytestconfig.stash[_FOLDER], statements=_TEST_PRIVILEGES) as running:
        yield running


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return an empty folder that the server's account can reach; stop what ran in it."""
    folder = _new_folder()
    yield folder
    assert EmbeddedServer(folder).stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def migrations() -> Path:
    """Return the folder of the migrations in this checkout."""
    return MIGRATIONS


@pytest.fixture(scope="session")
def _templates(server: EmbeddedServer) -> None:
    """Migrate one template of each database, once in the whole run."""
    with (server.folder / "templates.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for which in DATABASES:
            asyncio.run(_make_template(server, which))


@pytest.fixture(scope="module")
def databases(
    server: EmbeddedServer, _templates: None, worker_id: str
) -> Iterator[EmbeddedDatabases]:
    """Return a fresh, migrated pair of databases; dropped after the module."""
    suffix = f"{worker_id}_{next(_NUMBERS)}"
    names = {which: f"{roles.database}_{suffix}" for which, roles in DATABASES.items()}
    for which, roles in DATABASES.items():
        asyncio.run(_copy_template(server, roles, names[which]))
    yield EmbeddedDatabases(server, records=names["records"], keys=names["keys"])
    for which, roles in DATABASES.items():
        asyncio.run(_execute(server, roles, f"DROP DATABASE {names[which]} WITH (FORCE)"))


@pytest.fixture(scope="module")
def besides() -> Mapping[str, str]:
    """Return what a module's bank is set to besides; a module of its own mind says otherwise."""
    return {}


@pytest.fixture
def make_database(server: EmbeddedServer, worker_id: str) -> Iterator[MakeDatabase]:
    """Return a function that makes an empty database and returns its name."""
    made: list[tuple[DatabaseRoles, str]] = []

    def make(which: Which) -> str:
        roles = DATABASES[which]
        name = f"{roles.database}_empty_{worker_id}_{next(_NUMBERS)}"
        asyncio.run(_execute(server, roles, f"CREATE DATABASE {name}"))
        made.append((roles, name))
        return name

    yield make
    for roles, name in made:
        asyncio.run(_execute(server, roles, f"DROP DATABASE {name} WITH (FORCE)"))


def _new_folder() -> Path:
    # pytest's own temporary folders are closed to the account that PostgreSQL runs under.
    folder = Path(tempfile.mkdtemp(prefix="infobank-tests-"))
    folder.chmod(0o711)
    return folder


async def _make_template(server: EmbeddedServer, which: Which) -> None:
    roles = DATABASES[which]
    template = f"{roles.database}_template"
    unfinished = f"{template}_unfinished"
    made = "SELECT FROM pg_database WHERE datname = $1"
    if await _execute(server, roles, made, template):
        return
    await _execute(server, roles, f"DROP DATABASE IF EXISTS {unfinished}")
    await _execute(server, roles, f"CREATE DATABASE {unfinished}")
    await upgrade(server.url(roles.owner, unfinished), which, MIGRATIONS)
    await _execute(server, roles, f"ALTER DATABASE {unfinished} RENAME TO {template}")


async def _copy_template(server: EmbeddedServer, roles: DatabaseRoles, name: str) -> None:
    template = f"{roles.database}_template"
    await _execute(server, roles, f"CREATE DATABASE {name} TEMPLATE {template}")
    for statement in connection_statements(roles, name):
        await _execute(server, roles, statement)


async def _execute(
    server: EmbeddedServer, roles: DatabaseRoles, statement: str, *arguments: str
) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(
        host=str(server.sockets), user=roles.owner, database=roles.database
    )
    try:
        return await connection.fetch(statement, *arguments)
    finally:
        await connection.close()
