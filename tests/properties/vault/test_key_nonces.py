"""No nonce and no salt comes twice, in one process or in many that were forked from one.

A program of its own does the forking, because the process of the tests has threads.
"""

import subprocess
import sys
from pathlib import Path

import pytest

EACH = 250_000
PROCESSES = 4
NONCE, SALT = 12, 24
"""A wrap leads with its nonce; a seal leads with its salt (C2SP chunked-encryption)."""

PROGRAM = f"""
import os, sys
from infobank.vault.envelope import KeyWrap, seal

each, kind = int(sys.argv[1]), sys.argv[2]
key, wrap = bytes(32), KeyWrap(bytes(32))
# Drawn from before the fork: a generator with a state of its own would now be copied.
once = [wrap.wrap(key, b""), seal(key, b"", b"")]
make = {{
    "wrap": lambda: (wrap.wrap(key, b"")[:{NONCE}] for _ in range(each)),
    "rewrap": lambda: (
        new[:{NONCE}] for new in wrap.rewrap(wrap, once[:1] * each, [b""] * each, [b""] * each)
    ),
    "seal": lambda: (seal(key, b"", b"")[:{SALT}] for _ in range(each)),
}}[kind]
children = []
for number in range({PROCESSES}):
    child = os.fork()
    if not child:
        with open(f"{{sys.argv[3]}}/{{kind}}.{{number}}", "wb") as file:
            file.writelines(make())
        os._exit(0)
    children.append(child)
failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
sys.exit(failed)
"""


@pytest.mark.parametrize(
    ("kind", "length"), [("wrap", NONCE), ("rewrap", NONCE), ("seal", SALT)], ids=str
)
def test_a6_no_nonce_comes_twice_in_a_million_across_forks(kind: str, length: int, tmp_path: Path):
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(EACH), kind, str(tmp_path)], check=True, timeout=240
    )
    drawn = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert len(drawn) == EACH * PROCESSES * length
    nonces = {drawn[at : at + length] for at in range(0, len(drawn), length)}
    assert len(nonces) == EACH * PROCESSES
