"""Secrets are compared in constant time (assertion H2 of the reference checklist).

`==` on bytes stops at the first difference, and how long it took tells where that was.
Which names are secret is told by their last word.  A comparison in SQL is an index
lookup of a hash, which tells nothing of what was hashed, and is left alone.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent.parent / "infobank"

SECRET = frozenset(
    {
        *("key", "material", "secret", "password", "pin", "token", "cookie", "csrf", "nonce"),
        *("mac", "hmac", "tag", "commitment", "signature", "digest", "hash", "marker"),
        *("challenge", "verifier", "blinder", "salt"),
    }
)
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def said(node: ast.expr) -> Iterator[str]:
    """Return the names that say what a compared value is."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.Call(func=ast.Name() | ast.Attribute() as function):
            # What a method like `hex` or `encode` makes is as secret as what it makes it of.
            yield from said(function)
            if isinstance(function, ast.Attribute):
                yield from said(function.value)
        case ast.Subscript(value=value, slice=ast.Slice()):
            yield from said(value)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from said(part)


def is_secret(name: str) -> bool:
    words = [word.lower() for word in WORD.findall(name)]
    return bool(words) and words[-1] in SECRET


def in_sql(node: ast.expr) -> bool:
    """Tell whether a value is a column of a table: `tokens.c.token_hash`."""
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "c"
    )


def careless(source: str) -> list[str]:
    """Return the comparisons of a module that stop at the first difference of a secret."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        literal = any(isinstance(side, ast.Constant | ast.Dict | ast.Set) for side in sides)
        equality = any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops)
        listed = any(
            isinstance(each, ast.In | ast.NotIn) and isinstance(side, ast.Tuple | ast.List)
            for each, side in zip(node.ops, node.comparators, strict=True)
        )
        if literal or not (equality or listed) or any(in_sql(side) for side in sides):
            continue
        if any(is_secret(name) for side in sides for name in said(side)):
            found.append(ast.unparse(node))
    return found


def test_h2_no_secret_is_compared_in_a_time_that_tells():
    found = {
        str(path.relative_to(PACKAGE)): slips
        for path in sorted(PACKAGE.rglob("*.py"))
        if (slips := careless(path.read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "planted",
    [
        "mac == expected",
        "expected != row.mac",
        "if self._mac(leaf) == given: pass",
        "opened[:32] == _COMMITMENT",
        "return (commitment, size) == (found, 3)",
        "key.reveal() == other",
        "digest(stored) != kept",
        "token.encode() == given",
        "secret.hex() == text",
        "csrfToken == form",
        "given in (old_key, new_key)",
        "all(entry.tag == wanted for entry in entries)",
    ],
)
def test_a_careless_comparison_would_be_found(planted: str):
    assert len(careless(f"def check():\n    {planted}" if "return" in planted else planted)) == 1


@pytest.mark.parametrize(
    "harmless",
    [
        "hmac.compare_digest(mac, expected)",
        "len(key) != KEY_LENGTH",
        "key.key_length == 256",
        "wrapped is None",
        "tokens.c.token_hash == token_hash",
        "found.keys() == {'a'}",
        "key == 'format'",
        "key in mapping",
        "status.code == other",
        "version == header.version",
    ],
)
def test_other_comparisons_are_left_alone(harmless: str):
    assert careless(harmless) == []
