"""The import rule of the house (design section 3), held by import-linter."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
LAYERS = "Imports point down only"
PURE = "The pure parts do no I/O"
LINTER = Path(sys.executable).parent / "lint-imports"


def _contracts() -> dict[str, dict[str, list[str]]]:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return {each["name"]: each for each in document["tool"]["importlinter"]["contracts"]}


def _lint(place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache", "--config", place / "pyproject.toml"],
        capture_output=True,
        check=False,
        cwd=place,
        env={"PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"},
        text=True,
    )


def _planted(folder: Path, module: str, line: str) -> subprocess.CompletedProcess[str]:
    """Check a copy of the house in which one module imports one thing more."""
    shutil.copytree(
        ROOT / "infobank", folder / "infobank", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", folder)
    with (folder / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    return _lint(folder)


def test_every_import_keeps_the_rule():
    outcome = _lint(ROOT)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_an_import_that_points_up_is_found(tmp_path: Path):
    outcome = _planted(tmp_path, "infobank/consent/rules.py", "import infobank.db.consent")
    assert f"{LAYERS} BROKEN" in outcome.stdout


def test_io_in_a_pure_part_is_found(tmp_path: Path):
    outcome = _planted(tmp_path, "infobank/vault/block.py", "import asyncpg")
    assert f"{PURE} BROKEN" in outcome.stdout


def test_noise_drawn_elsewhere_is_found(tmp_path: Path):
    outcome = _planted(tmp_path, "infobank/usecases/readiness.py", "import diffprivlib")
    assert "One module alone draws noise BROKEN" in outcome.stdout


def test_authlib_used_elsewhere_is_found(tmp_path: Path):
    outcome = _planted(tmp_path, "infobank/logs.py", "import authlib")
    assert "One folder alone uses Authlib BROKEN" in outcome.stdout


def test_every_pure_part_is_kept_from_io():
    contracts = _contracts()
    line = next(line for line in contracts[LAYERS]["layers"] if "vault" in line)
    nouns = {f"infobank.{noun.strip()}" for noun in line.split("|")}
    assert set(contracts[PURE]["source_modules"]) == nouns | {"infobank.vocabulary"}
