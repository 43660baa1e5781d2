"""The rules of the house that no linter knows (design sections 3, 4 and 9)."""

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "infobank"
HERE = Path(__file__).parent

LONGEST_FILE = 400
LARGEST_FOLDER = 13

FORBIDDEN = {"manager", "helper", "helpers", "util", "utils", "common", "misc"}
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
SOMEBODYS_HOME = re.compile(r"/(root|home/[a-z]\w*|Users/\w+)/\w")
ADDRESS = re.compile(r"\w+://|--(extra-)?index-url|--find-links")
PINNED = re.compile(r"^[A-Za-z0-9._-]+(\[[\w,-]+\])?==[^\s;]+")

LOCKS = ("run.txt", "keystores.txt", "test.txt")
TEXTS = {".py", ".md", ".toml", ".txt", ".in", ".sh", ".ini", ".html", ".css", ".js", ".json"}
TRACKED = ("infobank", "migrations", "policies", "keys", "tests", "docs", "requirements", ".ci")


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _texts() -> Iterator[Path]:
    """Return every file a person wrote."""
    yield from (path for path in ROOT.iterdir() if path.suffix in TEXTS or path.name == "Makefile")
    for folder in TRACKED:
        yield from (
            path
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and (path.suffix in TEXTS or path.parent.name == ".ci")
        )


def _named(path: Path) -> Iterator[str]:
    """Return the names a module gives: its own, its folder's, its classes' and functions'."""
    yield from (path.parent.name, path.stem)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def test_no_file_is_longer_than_a_reader_bears():
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in _modules()}
    assert {str(path): n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_folder_holds_more_than_thirteen_modules():
    sizes = Counter(str(path.parent) for path in _modules() if path.name != "__init__.py")
    assert {folder: n for folder, n in sizes.items() if n > LARGEST_FOLDER} == {}


def test_nothing_is_left_unfinished():
    assert [str(path) for path in _modules() if UNFINISHED.search(path.read_text("utf-8"))] == []


def test_no_name_says_nothing():
    vague = [
        f"{path}: {name}"
        for path in _modules()
        for name in _named(path)
        if FORBIDDEN & {word.lower() for word in WORD.findall(name)}
    ]
    assert vague == []


def test_no_file_names_a_place_of_one_machine():
    found = [str(path) for path in _texts() if SOMEBODYS_HOME.search(path.read_text("utf-8"))]
    assert found == []


def test_importing_any_module_touches_nothing():
    """No file, socket, process or setting is reached for when a module is imported."""
    program = HERE / "import_everything.py"
    outcome = subprocess.run(
        [sys.executable, program], capture_output=True, check=False, cwd=ROOT, text=True
    )
    assert outcome.returncode == 0, outcome.stderr
    assert int(outcome.stdout) == sum(path.stem != "__main__" for path in _modules())


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_one_version_and_its_hashes(lock: str):
    text = (ROOT / "requirements" / lock).read_text("utf-8").replace("\\\n", " ")
    packages = [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    assert packages
    assert [
        line for line in packages if not PINNED.match(line) or "--hash=sha256:" not in line
    ] == []


@pytest.mark.parametrize("name", [*LOCKS, "run.in", "keystores.in", "test.in"])
def test_no_lock_names_an_address_or_a_place(name: str):
    text = (ROOT / "requirements" / name).read_text("utf-8")
    assert ADDRESS.search(text) is None
    assert " /" not in text


def test_the_locks_cover_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {"run": project["dependencies"], **project["optional-dependencies"]}
    assert set(asked) == {"run", "keystores"}
    for lock, lines in asked.items():
        declared = [re.split(r"[^a-z0-9-]", line)[0] for line in lines]
        locked = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
        assert [name for name in declared if not re.search(rf"(?m)^{name}(\[|==)", locked)] == []
