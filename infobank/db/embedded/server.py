"""The embedded server as the rest of the program sees it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self
from urllib.parse import quote

from infobank.db.embedded.account import Account, client_account, server_account
from infobank.db.embedded.binaries import copied, installed
from infobank.db.embedded.cluster import Cluster
from infobank.db.embedded.errors import EmbeddedServerError
from infobank.db.embedded.occupancy import Occupancy
from infobank.db.embedded.settings import host_rules, identity_map, server_settings
from infobank.db.embedded.sockets import prepare_sockets, socket_folder
from infobank.db.postgres.roles import KEYS, RECORDS


class EmbeddedServer:
    """Run one PostgreSQL in a folder for as long as any process uses it.

    The first process to `start` starts it, the others share it, the last to `stop` stops
    it; a process that dies counts as gone.  Inside the folder: `data` and `socket` belong
    to the server's account alone (0700); `binaries-*` is root's, when root runs us.

    With `keys_account`, that account of the operating system takes the key service's roles, and
    ours takes them no more.

    `statements` are run as the superuser before each cold start (tests let the owners
    create databases); nobody can be superuser while the server runs.

    Raises:
        EmbeddedServerError: from `start`: the folder cannot be entered by the server's
            account, is of another major version or another user's, or the start failed.
    """

    def __init__(
        self, folder: Path, *, statements: Sequence[str] = (), keys_account: str = ""
    ) -> None:
        self.folder = folder.resolve()
        self.sockets = socket_folder(self.folder)
        self._data = self.folder / "data"
        self._statements = tuple(statements)
        self._keys_account = keys_account
        self._occupancy = Occupancy(self.folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Have the server running when this returns; do nothing when we already use it."""
        if self._occupancy.entered:
            return
        # Others may pass through (the server's account must), nobody may list.
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        with self._occupancy.gate():
            self._occupancy.enter()
            try:
                self._ensure_running()
            except BaseException:
                self._leave()
                raise

    def stop(self) -> bool:
        """Stop using the server; the last to do so stops it.  Return whether it is down."""
        if not self.folder.is_dir():
            return True
        with self._occupancy.gate():
            return self._leave()

    def url(self, role: str, database: str) -> str:
        """Return SQLAlchemy's URL of a database for a role, over the socket."""
        return f"postgresql+asyncpg://{role}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def libpq(self, role: str, database: str) -> str:
        """Return the connection URI that psql and pg_dump take."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}"

    @staticmethod
    def tool(name: str) -> Path:
        """Return the path of one of PostgreSQL's own programs, to be given `libpq(...)`."""
        return installed().program(name)

    @staticmethod
    def blocked_at(folder: Path) -> Path | None:
        """Return the parent folder that bars the server's account from a folder, if one does.

        Only root can meet one: `/root`, for instance, is closed to every other account.
        """
        return server_account().blocked_at(folder.resolve())

    def _ensure_running(self) -> None:
        account = server_account()
        blocked = account.blocked_at(self.folder)
        if blocked is not None:
            raise EmbeddedServerError(
                f"PostgreSQL runs as the user {account.name}, which cannot enter {blocked}. "
                "Name a state folder that it can reach, such as one under /var/lib."
            )
        cluster = self._cluster(account)
        if cluster.running():
            return
        prepare_sockets(self.sockets, account, shared=bool(self._keys_account))
        cluster.create()
        cluster.configure(self._settings())
        cluster.start(self._statements)

    def _leave(self) -> bool:
        last = self._occupancy.leave()
        if last and self._data.is_dir():
            self._cluster(server_account()).stop()
        return last

    def _cluster(self, account: Account) -> Cluster:
        binaries = copied(self.folder) if account.assumed else installed()
        return Cluster(self._data, self.sockets, binaries, account)

    def _settings(self) -> dict[str, str]:
        everyone = (*RECORDS.everyone, *KEYS.everyone)
        apart = (KEYS.granted["keys"], RECORDS.granted["keyservice"]) if self._keys_account else ()
        ours = [role for role in everyone if role not in apart]
        identities = identity_map(client_account(), ours)
        return {
            "postgresql.conf": server_settings(self.sockets, shared=bool(apart)),
            "pg_hba.conf": host_rules(),
            "pg_ident.conf": identities + identity_map(self._keys_account, apart),
        }
