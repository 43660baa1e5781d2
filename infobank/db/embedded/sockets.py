"""Where the server's one socket lives.

Rule: `socket/` inside the server's folder.  The kernel allows a socket's path only
about a hundred bytes; when the folder's path is longer than that, a folder
`infobank-<hash of the server's folder>` in the machine's temporary folder instead.
"""

import os
import tempfile
from hashlib import sha256
from pathlib import Path

from infobank.db.embedded.account import Account
from infobank.db.embedded.errors import EmbeddedServerError
from infobank.db.embedded.settings import PORT

# sun_path less its final NUL: 107 bytes on Linux, 103 on macOS and the BSDs.
_LONGEST_PATH = 103


def socket_folder(folder: Path) -> Path:
    """Return the folder that holds, or will hold, the socket of the server in `folder`."""
    inside = folder / "socket"
    if len(os.fsencode(socket_file(inside))) <= _LONGEST_PATH:
        return inside
    digest = sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"infobank-{digest}"


def socket_file(sockets: Path) -> Path:
    """Return the path of the socket itself, as PostgreSQL names it."""
    return sockets / f".s.PGSQL.{PORT}"


def prepare_sockets(sockets: Path, account: Account, *, shared: bool) -> None:
    """Make the socket folder the server's alone, mode 0700; when `shared`, others may pass.

    Raises:
        EmbeddedServerError: something of that name belongs to someone else.
    """
    sockets.mkdir(mode=0o700, exist_ok=True)
    found = sockets.lstat()
    # The name may lie in a folder that everybody can write: never adopt a stranger's folder.
    if sockets.is_symlink() or found.st_uid not in (os.geteuid(), account.uid):
        raise EmbeddedServerError(
            f"The socket folder {sockets} belongs to someone else. Remove it, or name a shorter "
            "state folder."
        )
    account.own(sockets)
    if shared:
        sockets.chmod(0o711)
