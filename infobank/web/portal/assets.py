"""The portal's static files, named by their content so that browsers may keep them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).with_name("static")
"""What is served under `/static/`."""


def fingerprints(folder: Path = FOLDER) -> Mapping[str, str]:
    """Return for each static file the address that changes when its content does."""
    return {
        path.name: f"/static/{path.name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"
        for path in sorted(folder.iterdir())
        if path.is_file()
    }
