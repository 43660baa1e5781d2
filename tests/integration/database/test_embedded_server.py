"""The embedded server: its folder, its doors, its life."""

import asyncio
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from infobank.db.embedded import EmbeddedServer, EmbeddedServerError
from infobank.db.embedded.account import SERVER_ACCOUNT
from infobank.db.embedded.sockets import socket_file

ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def house() -> Iterator[Path]:
    """Return a folder that a server lived in before, and lives in again and again."""
    path = Path(tempfile.mkdtemp(prefix="infobank-tests-"))
    path.chmod(0o711)
    yield path
    assert EmbeddedServer(path).stop()
    shutil.rmtree(path)


async def ask(
    server: EmbeddedServer, statement: str, role: str = "infobank_owner", name: str = "records"
) -> object:
    """Return the first value of a statement's first row."""
    connection = await asyncpg.connect(
        host=str(server.sockets), user=role, database=f"infobank_{name}"
    )
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def postmaster(server: EmbeddedServer) -> int:
    """Return the process id of the server."""
    return int((server.folder / "data/postmaster.pid").read_text().splitlines()[0])


def mode(path: Path) -> int:
    """Return a path's permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def test_what_was_stored_is_there_after_a_restart(house: Path):
    for round_ in range(2):
        with EmbeddedServer(house) as server:
            asyncio.run(ask(server, "CREATE TABLE IF NOT EXISTS visits (n int)"))
            asyncio.run(ask(server, "INSERT INTO visits VALUES (1)"))
            assert asyncio.run(ask(server, "SELECT count(*) FROM visits")) == round_ + 1


def test_it_is_durable_utf8_checksummed_and_sorts_by_code_point(server: EmbeddedServer):
    wanted = {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
    }
    found = {name: asyncio.run(ask(server, f"SHOW {name}")) for name in wanted}
    assert found == wanted
    sorted_ = asyncio.run(
        ask(
            server,
            "SELECT string_agg(t, '' ORDER BY t) FROM (VALUES ('b'),('B'),('あ'),('a')) v(t)",
        )
    )
    assert sorted_ == "Babあ"


def test_it_listens_on_its_socket_alone(server: EmbeddedServer):
    assert asyncio.run(ask(server, "SHOW listen_addresses")) == ""
    held = {str(handle.readlink()) for handle in Path(f"/proc/{postmaster(server)}/fd").iterdir()}
    listening = {
        line.split()[9]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    }
    assert not held & {f"socket:[{inode}]" for inode in listening}


def test_its_folders_are_closed_to_everybody_else(server: EmbeddedServer):
    owner = SERVER_ACCOUNT if ROOT else server.folder.owner()
    for path in (server.folder / "data", server.sockets):
        assert (mode(path), path.owner()) == (0o700, owner)
    assert mode(server.folder) == 0o711
    assert mode(server.folder / "data/pg_ident.conf") == 0o600
    assert mode(socket_file(server.sockets)) == 0o700


@pytest.mark.skipif(not ROOT, reason="only root copies the programs")
def test_the_server_cannot_change_its_own_programs(server: EmbeddedServer):
    (copy,) = server.folder.glob("binaries-*")
    assert {(path.owner(), path.stat().st_mode & 0o022) for path in copy.rglob("*")} == {
        ("root", 0)
    }


@pytest.mark.parametrize(
    ("role", "database"),
    [
        ("infobank_web", "keys"),
        ("infobank_keys", "records"),
        ("infobank_owner", "keys"),
        ("infobank_superuser", "records"),
        ("postgres", "records"),
    ],
)
def test_a_role_is_let_into_its_own_database_only(server: EmbeddedServer, role: str, database: str):
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        asyncio.run(ask(server, "SELECT 1", role, database))


def test_nobody_connects_to_the_template_databases(server: EmbeddedServer):
    for database in ("postgres", "template1"):
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            asyncio.run(
                asyncpg.connect(host=str(server.sockets), user="infobank_owner", database=database)
            )


@pytest.mark.skipif(not ROOT, reason="only root can become another account")
def test_another_account_of_the_machine_takes_no_role(house: Path):
    with EmbeddedServer(house) as server:
        # The doors stand open here, so that it is the peer check that refuses.
        server.sockets.chmod(0o711)
        socket_file(server.sockets).chmod(0o777)
        (psql,) = house.glob("binaries-*/*/*/bin/psql")
        for account in ("nobody", SERVER_ACCOUNT):
            refused = subprocess.run(
                [psql, server.libpq("infobank_web", "infobank_records"), "-c", "SELECT 1"],
                capture_output=True,
                check=False,
                cwd="/",
                env={},
                text=True,
                user=account,
            )
            assert "Peer authentication failed" in refused.stderr


def test_a_killed_server_recovers_what_was_committed(house: Path):
    with EmbeddedServer(house) as server:
        asyncio.run(ask(server, "CREATE TABLE kept AS SELECT 7 AS n"))
        os.kill(postmaster(server), signal.SIGKILL)
    with EmbeddedServer(house) as server:
        assert asyncio.run(ask(server, "SELECT n FROM kept")) == 7


def test_a_pid_file_that_names_another_program_is_forgotten(house: Path):
    with EmbeddedServer(house) as server:
        recorded = server.folder / "data/postmaster.pid"
        lines = recorded.read_text().splitlines(keepends=True)
        killed = postmaster(server)
        os.kill(killed, signal.SIGKILL)
    with subprocess.Popen(["sleep", "1000"]) as stranger:
        recorded.write_text("".join([f"{stranger.pid}\n", *lines[1:]]))
        try:
            with EmbeddedServer(house) as again:
                assert postmaster(again) != stranger.pid
                assert asyncio.run(ask(again, "SELECT 1")) == 1
        finally:
            stranger.kill()


def test_the_last_user_stops_it_and_no_other(house: Path):
    first, second = EmbeddedServer(house), EmbeddedServer(house)
    first.start()
    started = postmaster(first)
    second.start()
    assert postmaster(second) == started
    assert first.stop() is False
    assert asyncio.run(ask(second, "SELECT 1")) == 1
    assert second.stop() is True
    assert not (house / "data/postmaster.pid").exists()


def test_starting_and_stopping_twice_is_starting_and_stopping_once(house: Path):
    server = EmbeddedServer(house)
    assert server.stop() is True
    server.start()
    started = postmaster(server)
    server.start()
    assert postmaster(server) == started
    assert server.stop() is True
    assert server.stop() is True


def test_a_user_that_died_keeps_nothing_running(house: Path):
    holds = (
        "import sys; from pathlib import Path; from infobank.db.embedded import EmbeddedServer\n"
        "EmbeddedServer(Path(sys.argv[1])).start(); print('in', flush=True); sys.stdin.read()"
    )
    server = EmbeddedServer(house)
    with subprocess.Popen(
        [sys.executable, "-c", holds, house], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"in\n"
        server.start()
        other.kill()
    assert server.stop() is True


def test_ctrl_c_at_our_terminal_does_not_reach_it(server: EmbeddedServer):
    assert os.getsid(postmaster(server)) != os.getsid(0)


def test_data_of_another_major_version_is_refused(house: Path):
    with EmbeddedServer(house):
        pass
    written = house / "data/PG_VERSION"
    written.write_text("17\n")
    with pytest.raises(
        EmbeddedServerError, match="written by PostgreSQL 17; this release brings PostgreSQL 18"
    ):
        EmbeddedServer(house).start()
    written.write_text("18\n")


@pytest.mark.skipif(not ROOT, reason="only root starts under another account")
def test_a_closed_parent_folder_is_named_and_left_closed(open_folder: Path):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    inside = closed / "state"
    assert EmbeddedServer.blocked_at(inside) == closed
    with pytest.raises(EmbeddedServerError, match=f"{SERVER_ACCOUNT}, which cannot enter {closed}"):
        EmbeddedServer(inside).start()
    assert mode(closed) == 0o700


def test_a_long_path_puts_the_socket_into_the_temporary_folder(open_folder: Path):
    deep = open_folder / ("d" * 60) / ("e" * 60)
    with EmbeddedServer(deep) as server:
        assert server.sockets.parent == Path(tempfile.gettempdir())
        assert mode(server.sockets) == 0o700
        assert asyncio.run(ask(server, "SELECT 1")) == 1
    server.sockets.rmdir()


def test_a_socket_folder_of_a_stranger_is_never_adopted(open_folder: Path):
    (open_folder / "elsewhere").mkdir()
    (open_folder / "socket").symlink_to(open_folder / "elsewhere")
    with pytest.raises(EmbeddedServerError, match="belongs to someone else"):
        EmbeddedServer(open_folder).start()


def test_a_socket_file_without_a_server_deceives_nobody(house: Path):
    with EmbeddedServer(house) as server:
        pass
    with socket.socket(socket.AF_UNIX) as abandoned:
        abandoned.bind(str(socket_file(server.sockets)))
    with EmbeddedServer(house) as again:
        assert asyncio.run(ask(again, "SELECT 1")) == 1


def test_its_log_names_no_value(house: Path):
    with EmbeddedServer(house) as server:
        asyncio.run(ask(server, "CREATE TABLE secret (value text PRIMARY KEY)"))
        asyncio.run(ask(server, "INSERT INTO secret VALUES ('canary')"))
        with pytest.raises(asyncpg.UniqueViolationError, match="canary"):
            asyncio.run(ask(server, "INSERT INTO secret VALUES ('canary')"))
    logged = "".join(path.read_text() for path in (house / "data/log").iterdir())
    assert "uq" in logged or "secret_pkey" in logged
    assert "canary" not in logged


@pytest.mark.skipif(not ROOT, reason="the other tests run as an ordinary account already")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_an_ordinary_account_runs_it_as_itself(open_folder: Path):
    nobody = pwd.getpwnam("nobody")
    programs = EmbeddedServer.tool("postgres")
    if subprocess.run([programs, "--version"], user=nobody.pw_uid, cwd="/", check=False).returncode:
        pytest.skip("another account cannot reach the installed programs")
    os.chown(open_folder, nobody.pw_uid, nobody.pw_gid)
    child = os.fork()
    if child == 0:
        os._exit(_as_ordinary_account(nobody, open_folder / "state"))
    assert os.waitpid(child, 0)[1] == 0, (open_folder / "state.failed").read_text()


def _as_ordinary_account(account: pwd.struct_passwd, state: Path) -> int:
    """Become the account for good, run a server; return 0 when all was well."""
    try:
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        with EmbeddedServer(state) as server:
            assert (state / "data").owner() == account.pw_name
            assert not list(state.glob("binaries-*"))
            assert asyncio.run(ask(server, "SELECT current_user")) == "infobank_owner"
        assert not (state / "data/postmaster.pid").exists()
    except BaseException:  # noqa: BLE001 - a forked test must not return into pytest
        state.with_name("state.failed").write_text(traceback.format_exc())
        return 1
    return 0
