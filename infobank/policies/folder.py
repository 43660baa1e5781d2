"""A folder of policy files, read once: values, documents and one digest."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infobank.accounts.rights import RightsPolicy
from infobank.errors import ConfigurationError
from infobank.policies.categories import parse_category, refuse_shared_numbers
from infobank.policies.purposes import parse_purpose
from infobank.policies.retention import FILE as RETENTION
from infobank.policies.retention import HOLDERS, parse_holders, parse_retention
from infobank.policies.rights import FILE as RIGHTS
from infobank.policies.rights import parse_rights
from infobank.vault.ending.escrow import Holder
from infobank.vault.ending.retention import RetentionPolicy
from infobank.vocabulary.canonical import joined
from infobank.vocabulary.policies import Policies
from infobank.vocabulary.table import CODE, Table, parse_toml

RULES = frozenset({".toml", ".cedar"})
"""The endings of files that are rules; all others (a README) are not read and not in the digest."""

LARGEST_FILE = 1 << 20
"""Bytes of a policy file: a thousand times what one needs."""


@dataclass(frozen=True)
class PolicyFolder:
    """What a policies folder says.

    `statistics` holds the document in each `statistics/<code>.toml`, not yet understood:
    `publication` knows what a statistic is.  `holders` open an erased resident's provision
    records, two together; a bank may have none.
    """

    policies: Policies
    statistics: Mapping[str, Mapping[str, object]]
    rights: RightsPolicy
    retention: RetentionPolicy
    holders: tuple[Holder, ...]


def read_policies(folder: Path) -> PolicyFolder:
    """Read and check every rule of a policies folder.

    Each file is read once, so the digest is over the very bytes that were understood.

    Raises:
        ConfigurationError: the folder or a rule is missing, unreadable, misspelt or
            contradictory; the message names file and key.
    """
    files = _rule_files(folder)
    categories = {
        code: parse_category(code, _table(files, path))
        for code, path in _stems(files, "categories").items()
    }
    refuse_shared_numbers(categories.values())
    purposes = {
        code: parse_purpose(code, _table(files, path), frozenset(categories))
        for code, path in _stems(files, "purposes").items()
    }
    if not categories or not purposes:
        raise ConfigurationError(f"{folder} needs at least one category and one purpose")
    statistics = {
        code: parse_toml(files[path], path) for code, path in _stems(files, "statistics").items()
    }
    policies = Policies(categories, purposes, digest(files))
    missing = [name for name in (RIGHTS, RETENTION) if name not in files]
    if missing:
        raise ConfigurationError(f"{folder} needs {' and '.join(missing)}")
    codes = frozenset(categories)
    return PolicyFolder(
        policies,
        statistics,
        parse_rights(_table(files, RIGHTS), codes),
        parse_retention(_table(files, RETENTION), codes),
        parse_holders(_table(files, HOLDERS)) if HOLDERS in files else (),
    )


def digest(files: Mapping[str, bytes]) -> bytes:
    """Return SHA-256 over the sorted relative paths and contents, each led by its length."""
    parts = [part for path in sorted(files) for part in (path.encode(), files[path])]
    return hashlib.sha256(joined(*parts)).digest()


def _rule_files(folder: Path) -> dict[str, bytes]:
    """Return every rule file below the folder by its relative path with forward slashes."""
    if not folder.is_dir():
        raise ConfigurationError(f"the policies folder {folder} does not exist")
    paths = sorted(path for path in folder.rglob("*") if path.suffix in RULES and path.is_file())
    return {
        path.relative_to(folder).as_posix(): _read(path)
        for path in paths
        if not path.name.startswith(".")
    }


def _read(path: Path) -> bytes:
    """Return a file's bytes, refusing one that is far too large."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror}") from error
    if len(content) > LARGEST_FILE:
        raise ConfigurationError(f"{path} is larger than {LARGEST_FILE} bytes")
    return content


def _stems(files: Mapping[str, bytes], kind: str) -> dict[str, str]:
    """Return code and path of each TOML file directly in the folder of one kind of rule."""
    stems = {}
    for path in sorted(files):
        parent, _, name = path.rpartition("/")
        if parent != kind or not name.endswith(".toml"):
            continue
        code = name.removesuffix(".toml")
        if not CODE.fullmatch(code):
            raise ConfigurationError(f"{path}: a code must look like {CODE.pattern}")
        stems[code] = path
    return stems


def _table(files: Mapping[str, bytes], path: str) -> Table:
    return Table(parse_toml(files[path], path), path)
