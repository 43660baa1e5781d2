"""The published figures of `anchors.toml`, as plain numbers."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ANCHORS = Path(__file__).with_name("anchors.toml")


@cache
def anchors() -> dict[str, Any]:
    """Return the figures by name, as the file lays them out; callers do not change them."""
    return tomllib.loads(ANCHORS.read_text(encoding="utf-8"))
