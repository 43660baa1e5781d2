"""Share the software device of `tests/authenticator.py` with the tests of this folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
