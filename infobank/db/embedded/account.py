"""The operating system's account that runs PostgreSQL.

PostgreSQL refuses to run as root.  Started by root, the server runs under a system
account of its own; started by anyone else, it runs as them.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infobank.db.embedded.errors import EmbeddedServerError

SERVER_ACCOUNT = "infobank-pg"

# The server sees nothing of our environment: a stray PGDATA or LC_ALL changes nothing.
_ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath}

_NEW_ACCOUNT = (
    *("--system", "--user-group", "--no-create-home"),
    *("--home-dir", "/nonexistent"),
    *("--shell", "/usr/sbin/nologin"),
)


@dataclass(frozen=True)
class Account:
    """Name an account of the operating system; `assumed` when we must change into it."""

    name: str
    uid: int
    gid: int
    assumed: bool

    def run(
        self, arguments: Sequence[str | Path], *, text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program under this account and return how it ended; never raise for its failure.

        It gets a session of its own, so that Ctrl-C at our terminal does not reach it,
        and an empty environment.  Both of its outputs come back as one, in `stdout`.
        """
        return subprocess.run(  # noqa: S603 - the programs are ours, no shell is involved
            [str(argument) for argument in arguments],
            check=False,
            cwd="/",
            encoding="utf-8",
            env=_ENVIRONMENT,
            errors="replace",
            extra_groups=[] if self.assumed else None,
            group=self.gid if self.assumed else None,
            input=text,
            start_new_session=True,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL if text is None else None,
            stdout=subprocess.PIPE,
            umask=0o077,
            user=self.uid if self.assumed else None,
        )

    def own(self, folder: Path) -> None:
        """Make an existing folder this account's alone (mode 0700)."""
        folder.chmod(0o700)
        if self.assumed:
            os.chown(folder, self.uid, self.gid)

    def blocked_at(self, folder: Path) -> Path | None:
        """Return the outermost existing folder on the way that this account cannot enter."""
        if not self.assumed:
            return None
        for step in (*reversed(folder.parents), folder):
            if step.exists() and self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", step]).returncode:
                return step
        return None


def client_account() -> str:
    """Return the name of the account that infobank itself runs under.

    Raises:
        EmbeddedServerError: this user id has no name; peer authentication needs one.
    """
    return _named(os.geteuid()).pw_name


def server_account() -> Account:
    """Return the account that runs PostgreSQL, creating it when root starts for the first time.

    Raises:
        EmbeddedServerError: root cannot create the account, or our user id has no name.
    """
    if os.geteuid() != 0:
        ours = _named(os.geteuid())
        return Account(ours.pw_name, ours.pw_uid, ours.pw_gid, assumed=False)
    try:
        entry = pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        entry = _create()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, assumed=True)


def _named(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise EmbeddedServerError(
            f"User id {uid} has no name on this machine; the embedded database needs one. "
            "Run as a named user or set INFOBANK_DATABASE_URL."
        ) from None


def _create() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise EmbeddedServerError(
            "PostgreSQL does not run as root, and there is no useradd to create the system user "
            f"{SERVER_ACCOUNT}. Create it, run as another user, or set INFOBANK_DATABASE_URL."
        )
    outcome = subprocess.run(  # noqa: S603 - constant arguments, no shell
        [useradd, *_NEW_ACCOUNT, SERVER_ACCOUNT],
        capture_output=True,
        check=False,
        text=True,
    )
    try:
        # A concurrent start may have created it first: what counts is that it is there.
        return pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        raise EmbeddedServerError(
            f"The system user {SERVER_ACCOUNT} could not be created.", detail=outcome.stderr.strip()
        ) from None
