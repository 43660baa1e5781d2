"""Every requirement of law and guideline leads to a rule, a test and a screen that exist."""

import ast
import csv
from pathlib import Path
from typing import NamedTuple

import pytest

from infobank.consent.explanation import REASONS
from infobank.web.portal.addresses import ADDRESSES
from infobank.web.portal.handlers.routes import PORTAL
from infobank.web.routes import ROUTES

ROOT = Path(__file__).parent.parent.parent
MATRIX = ROOT / "policies" / "legal-matrix.csv"

REQUIRED = {"A": 6, "B": 7, "C": 5, "D": 4, "E": 3, "F": 3, "G": 3, "H": 4, "I": 2}
"""How many requirements each part of the list has."""

STANDINGS = {"kept", "partly", "out of scope"}


class Row(NamedTuple):
    """One requirement: what it asks, how it stands, and what carries it."""

    requirement: str
    asks: str
    standing: str
    rule: str
    test: str
    screen: str
    program: str
    remark: str

    def listed(self, name: str) -> list[str]:
        """Return the parts of a column that holds several."""
        return [part for part in getattr(self, name).split("; ") if part]


def _read() -> list[Row]:
    with MATRIX.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert tuple(head) == Row._fields
    return [Row(*row) for row in rows]


ROWS = _read()

each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.requirement)


def test_every_requirement_has_its_row_in_order():
    wanted = [f"{part}{n}" for part, count in REQUIRED.items() for n in range(1, count + 1)]
    assert [row.requirement for row in ROWS] == wanted


def _is_rule(name: str) -> bool:
    if name.startswith(("policies/", "infobank/")):
        return (ROOT / name).is_file()
    return name in REASONS


def _is_test(name: str) -> bool:
    path, _, function = name.partition("::")
    file = ROOT / path
    if not path.startswith("tests/") or not file.is_file():
        return False
    found = ast.walk(ast.parse(file.read_text("utf-8")))
    return function.startswith("test_") and any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function
        for node in found
    )


def _is_screen(name: str) -> bool:
    return ADDRESSES.get(name) in {page.path for page in PORTAL if page.method == "GET"}


def _is_program(path: str) -> bool:
    return path.startswith("/api/") and path in {route.path for route in ROUTES}


@each_row
def test_every_rule_that_is_named_exists(row: Row):
    assert [name for name in row.listed("rule") if not _is_rule(name)] == []


@each_row
def test_every_test_that_is_named_exists(row: Row):
    assert [name for name in row.listed("test") if not _is_test(name)] == []


@each_row
def test_every_screen_that_is_named_exists(row: Row):
    assert [name for name in row.listed("screen") if not _is_screen(name)] == []


@each_row
def test_every_address_for_programs_exists(row: Row):
    assert [path for path in row.listed("program") if not _is_program(path)] == []


@each_row
def test_what_is_kept_has_all_three_and_what_is_not_says_why(row: Row):
    assert row.standing in STANDINGS
    assert row.asks
    named = [row.listed(name) for name in ("rule", "test", "screen")]
    if row.standing == "out of scope":
        assert named == [[], [], []]
    else:
        assert all(named)
    if row.standing != "kept":
        assert row.remark


def test_every_rule_of_the_law_is_named_by_some_requirement():
    """Rules of the house's own bookkeeping stand behind no requirement of the list."""
    housekeeping = {"unknown_category", "unknown_field", "answers_spent"}
    named = {name for row in ROWS for name in row.listed("rule")}
    assert set(REASONS) - named == housekeeping


def test_what_does_not_exist_is_found():
    """The tests above can fail."""
    assert not _is_rule("consent_forgotten")
    assert not _is_rule("policies/forgotten.toml")
    assert not _is_test("tests/architecture/test_legal_matrix.py::test_forgotten")
    assert not _is_test("tests/architecture/forgotten.py::test_forgotten")
    assert not _is_screen("forgotten")
    assert not _is_screen("home_of_nobody")
    assert not _is_program("/api/v1/forgotten")
    assert not _is_program("/home")
