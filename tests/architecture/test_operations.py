"""The operator's page agrees with the code."""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from infobank.cli import parser
from infobank.config import from_mapping
from infobank.db.postgres.roles import DATABASES

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
ROW = re.compile(r"^\| `(INFOBANK_\w+)` \| ([^|]*) \|", re.MULTILINE)
COMMAND = re.compile(r"^as_bank ((?:[^\n]|(?<=\\)\n)+)", re.MULTILINE)


class Asked(Mapping[str, str]):
    """Settings nobody made, which remember what they were asked for."""

    def __init__(self) -> None:
        self.defaults: dict[str, str] = {}

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        """Return what a program would read, and remember that it did."""
        self.defaults[name] = str(default)
        return "https://bank.example" if name == "INFOBANK_PUBLIC_URL" else default

    def __getitem__(self, name: str) -> str:
        return self.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.defaults)

    def __len__(self) -> int:
        return len(self.defaults)


def _asked() -> dict[str, str]:
    asked = Asked()
    from_mapping(asked)
    return {name: value for name, value in asked.defaults.items() if name.startswith("INFOBANK_")}


def test_the_table_lists_every_setting_and_no_other():
    assert {name for name, _ in ROW.findall(PAGE)} == set(_asked())


def test_a_default_that_stands_in_the_table_is_the_real_one():
    defaults = _asked()
    quoted = {name: text[1:-1] for name, text in ROW.findall(PAGE) if re.fullmatch("`[^`]*`", text)}
    assert quoted
    assert quoted == {name: defaults[name] for name in quoted}


def test_a_setting_without_a_default_is_said_to_have_none():
    empty = {name for name, default in _asked().items() if not default}
    assert empty == {name for name, text in ROW.findall(PAGE) if text.startswith("none")}


def test_every_command_on_the_page_is_one_the_program_takes():
    commands = [line.partition(" #")[0].partition(" >")[0] for line in COMMAND.findall(PAGE)]
    assert commands
    for command in commands:
        assert parser().parse_args(shlex.split(command.replace("\\\n", " "))).run


def test_every_database_role_is_explained():
    for roles in DATABASES.values():
        for role in roles.everyone:
            assert f"| `{role}` | `{roles.database}` |" in PAGE


@pytest.mark.parametrize("name", ["infobank", "infobank-keys"])
def test_the_unit_starts_the_program_with_options_it_takes(name: str):
    unit = (ROOT / "docs" / "operations" / f"{name}.service").read_text("utf-8")
    (command,) = re.findall(r"^ExecStart=\S+/infobank (.*)$", unit, re.MULTILINE)
    assert parser().parse_args(command.split()).run
