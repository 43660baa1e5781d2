"""Share the running bank of `tests/bank/running_bank.py` with the tests of this folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from browser import chromium, walkcoach
from running_bank import bank_server
from walking import client

__all__ = ["bank_server", "chromium", "client", "walkcoach"]
