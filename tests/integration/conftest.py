"""Share the running bank of `tests/bank/running_bank.py` with the tests of this folder."""

from running_bank import bank_server

__all__ = ["bank_server"]
