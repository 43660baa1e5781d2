"""One data folder of PostgreSQL: made, started, stopped by `initdb` and `pg_ctl`.

Everything here runs under the server's account.  Who may call when is the business of
`infobank.db.embedded.server`.
"""

import os
import shutil
import socket
import time
from collections.abc import Sequence
from pathlib import Path

from infobank.db.embedded.account import Account
from infobank.db.embedded.binaries import MAJOR, Binaries
from infobank.db.embedded.errors import EmbeddedServerError
from infobank.db.embedded.sockets import socket_file
from infobank.db.postgres.roles import KEYS, RECORDS, connection_statements, role_statements

_SUPERUSER = "infobank_superuser"
# Text sorts by code point, the same on every machine and after every upgrade of its libraries.
_NEW_CLUSTER = (
    *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    *("--data-checksums", "--auth=reject", "--no-instructions"),
)
_SINGLE_USER = ("-c", "exit_on_error=true", "-c", "logging_collector=off")
_SECONDS_TO_ANSWER = 5
_SECONDS_TO_START = 60
_SECONDS_TO_STOP = 60

# After a postmaster was killed its children notice within moments, and hold its memory till then.
_HELD_BY_CHILDREN = "is still in use"
_ATTEMPTS = 100
_SECONDS_BETWEEN_ATTEMPTS = 0.1


class Cluster:
    """Run PostgreSQL on one data folder.

    Nobody can log in as the superuser: superuser statements run in PostgreSQL's
    single-user mode, while the server is down.
    """

    def __init__(self, data: Path, sockets: Path, binaries: Binaries, account: Account) -> None:
        self._data = data
        self._sockets = sockets
        self._binaries = binaries
        self._account = account

    def running(self) -> bool:
        """Say whether a server answers on the socket; stale files of a dead one do not count."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(_SECONDS_TO_ANSWER)
            try:
                probe.connect(str(socket_file(self._sockets)))
            except OSError:
                return False
            return True

    def create(self) -> None:
        """Make the data folder with its roles and two databases, unless it exists.

        It is complete or absent: it is renamed into place when all is done.

        Raises:
            EmbeddedServerError: the folder is of another major version or another user's,
                or `initdb` failed.
        """
        if self._data.exists():
            self._check()
            return
        unfinished = self._data.with_name("data-unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._account.own(unfinished)
        self._initialise(unfinished)
        self._administer(unfinished, [*_roles(), *_databases()])
        unfinished.rename(self._data)

    def configure(self, files: dict[str, str]) -> None:
        """Write the settings files, given by name, and forget a pid that is not our server's."""
        for name, text in files.items():
            path = self._data / name
            path.write_text(text, encoding="utf-8")
            path.chmod(0o600)
            if self._account.assumed:
                os.chown(path, self._account.uid, self._account.gid)
        self._forget_dead()

    def start(self, statements: Sequence[str] = ()) -> None:
        """Bring the roles up to date, run the superuser's `statements`, start, wait until ready.

        Raises:
            EmbeddedServerError: the server did not come up; `detail` holds what it said.
        """
        self._administer(self._data, [*_roles(), *statements])
        log = self._data / "start.log"
        said = self._control("start", "-w", "-t", str(_SECONDS_TO_START), "-l", str(log), "-s")
        if said is not None:
            raise EmbeddedServerError(
                f"PostgreSQL did not start; see {log} and {self._data / 'log'}.", detail=said
            )

    def stop(self) -> None:
        """Roll back what is open, write everything down, end; do nothing when it is down.

        Raises:
            EmbeddedServerError: it did not end in time.
        """
        self._forget_dead()
        if not (self._data / "postmaster.pid").exists():
            return
        said = self._control("stop", "-w", "-t", str(_SECONDS_TO_STOP), "-m", "fast", "-s")
        if said is not None and self.running():
            raise EmbeddedServerError(f"PostgreSQL in {self._data} did not stop.", detail=said)

    def _initialise(self, folder: Path) -> None:
        outcome = self._account.run(
            [self._binaries.program("initdb"), "-D", folder, "-U", _SUPERUSER, *_NEW_CLUSTER]
        )
        if outcome.returncode:
            raise EmbeddedServerError(
                f"PostgreSQL could not make its data folder {folder}.", detail=outcome.stdout
            )

    def _administer(self, folder: Path, statements: Sequence[str]) -> None:
        """Run statements as the superuser in single-user mode; stop at the first that fails."""
        script = "".join(f"{statement};\n\n" for statement in statements)
        command: list[str | Path] = [self._binaries.program("postgres"), "--single", "-j"]
        command += ["-D", folder, *_SINGLE_USER, "postgres"]
        for _ in range(_ATTEMPTS):
            outcome = self._account.run(command, text=script)
            if _HELD_BY_CHILDREN not in outcome.stdout:
                break
            time.sleep(_SECONDS_BETWEEN_ATTEMPTS)
        if outcome.returncode:
            raise EmbeddedServerError(
                f"PostgreSQL did not start on {folder}.", detail=outcome.stdout
            )

    def _control(self, *arguments: str) -> str | None:
        """Return what `pg_ctl` said when it failed, else None."""
        outcome = self._account.run(
            [self._binaries.program("pg_ctl"), "-D", self._data, *arguments]
        )
        return outcome.stdout.strip() if outcome.returncode else None

    def _check(self) -> None:
        version = (self._data / "PG_VERSION").read_text(encoding="ascii").strip()
        if version != MAJOR:
            raise EmbeddedServerError(
                f"{self._data} was written by PostgreSQL {version}; this release brings "
                f"PostgreSQL {MAJOR}. Dump it with the release that wrote it and restore here."
            )
        if self._data.stat().st_uid != self._account.uid:
            raise EmbeddedServerError(
                f"{self._data} does not belong to the user {self._account.name} that PostgreSQL "
                "runs as here. Run as its owner, or change the owner of the folder's content."
            )

    def _forget_dead(self) -> None:
        """Remove lock files whose process is gone, a zombie, or by now another program.

        PostgreSQL itself sees only that some process has the number, and refuses: so after
        a reboot, and in containers whose first process buries nobody.  Children that
        outlived their server are still found, by their shared memory.
        """
        socket_lock = Path(f"{socket_file(self._sockets)}.lock")
        for lock in (self._data / "postmaster.pid", socket_lock):
            if lock.exists() and not self._alive(lock):
                lock.unlink()

    def _alive(self, lock: Path) -> bool:
        """Say whether the process named in a lock file is, or may be, this folder's server."""
        # A negative number is a single-user process's.
        pid = abs(int(lock.read_text(encoding="utf-8").split("\n", 1)[0]))
        try:
            # INVARIANT: a server's working folder is its data folder.
            return Path(f"/proc/{pid}/cwd").readlink() == self._data
        except FileNotFoundError:
            return not Path("/proc/self").exists()  # no such kernel: PostgreSQL must judge
        except PermissionError:
            return True  # another account's: PostgreSQL knows by itself that it is not ours


def _roles() -> list[str]:
    return [*role_statements(RECORDS), *role_statements(KEYS)]


def _databases() -> list[str]:
    statements: list[str] = []
    for roles in (RECORDS, KEYS):
        statements.append(f"CREATE DATABASE {roles.database} OWNER {roles.owner}")
        statements += connection_statements(roles, roles.database)
    return statements
