"""The offline verifier as one file, to be given away with the proofs it checks."""

import io
import zipfile
from functools import cache
from pathlib import Path

import infobank

PARTS = ("__init__.py", "errors.py", "accesslog", "vocabulary")
"""What of the package the file holds: the pure log, and the words it needs."""

MAIN = "import sys\nfrom infobank.accesslog.verifier.program import main\nsys.exit(main())\n"
SHEBANG = b"#!/usr/bin/env python3\n"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The one time of every file inside: the same release always gives the same bytes."""


@cache
def build_verifier() -> bytes:
    """Return the verifier: any Python 3.11 or later that has `cryptography` runs it."""
    package = Path(infobank.__file__).parent
    target = io.BytesIO()
    target.write(SHEBANG)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "__main__.py", MAIN.encode())
        for part in PARTS:
            for source in _sources(package / part):
                name = f"infobank/{source.relative_to(package).as_posix()}"
                _add(archive, name, source.read_bytes())
    return target.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _sources(part: Path) -> list[Path]:
    return [part] if part.is_file() else sorted(part.rglob("*.py"))
