"""The files of a policies folder: found, read once, and hashed."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from infobank.errors import ConfigurationError
from infobank.vocabulary.text.canonical import joined
from infobank.vocabulary.text.table import CODE, Table, parse_toml

RULES = frozenset({".toml", ".cedar", ".cedarschema"})
"""The endings of files that are rules; all others (a README) are not read and not in the digest."""

LARGEST_FILE = 1 << 20
"""Bytes of a policy file: a thousand times what one needs."""


def rule_files(folder: Path) -> dict[str, bytes]:
    """Return every rule file below the folder by its relative path with forward slashes.

    Raises:
        ConfigurationError: the folder is missing, or a file cannot be read or is far too large.
    """
    if not folder.is_dir():
        raise ConfigurationError(f"the policies folder {folder} does not exist")
    paths = sorted(path for path in folder.rglob("*") if path.suffix in RULES and path.is_file())
    return {
        path.relative_to(folder).as_posix(): _read(path)
        for path in paths
        if not path.name.startswith(".")
    }


def digest(files: Mapping[str, bytes]) -> bytes:
    """Return SHA-256 over the sorted relative paths and contents, each led by its length."""
    parts = [part for path in sorted(files) for part in (path.encode(), files[path])]
    return hashlib.sha256(joined(*parts)).digest()


def tables(files: Mapping[str, bytes], kind: str) -> dict[str, Table]:
    """Return code and table of each TOML file directly in the folder of one kind of rule."""
    return {code: table(files, path) for code, path in stems(files, kind).items()}


def stems(files: Mapping[str, bytes], kind: str) -> dict[str, str]:
    """Return code and path of each TOML file directly in the folder of one kind of rule."""
    found = {}
    for path in sorted(files):
        parent, _, name = path.rpartition("/")
        if parent != kind or not name.endswith(".toml"):
            continue
        code = name.removesuffix(".toml")
        if not CODE.fullmatch(code):
            raise ConfigurationError(f"{path}: a code must look like {CODE.pattern}")
        found[code] = path
    return found


def table(files: Mapping[str, bytes], path: str) -> Table:
    """Return the table in one file.

    Raises:
        ConfigurationError: there is no such file, or it is not TOML.
    """
    if path not in files:
        raise ConfigurationError(f"the policies folder needs {path}")
    return Table(parse_toml(files[path], path), path)


def refuse_strangers(files: Mapping[str, bytes], folders: frozenset[str], single: set[str]) -> None:
    """Check that every TOML file is one that somebody reads.

    A file in a misspelt place would be a rule that silently does not hold.

    Raises:
        ConfigurationError: a file lies where no rule is expected.
    """
    for path in sorted(files):
        parent, _, _ = path.rpartition("/")
        if path.endswith(".toml") and path not in single and parent not in folders:
            known = ", ".join([*sorted(single), *(f"{each}/" for each in sorted(folders))])
            raise ConfigurationError(f"{path}: nobody reads this file; known are {known}")


def _read(path: Path) -> bytes:
    """Return a file's bytes, refusing one that is far too large or not UTF-8 text."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror}") from error
    if len(content) > LARGEST_FILE:
        raise ConfigurationError(f"{path} is larger than {LARGEST_FILE} bytes")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: not UTF-8 at byte {error.start}") from None
    return content
