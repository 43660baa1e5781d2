"""Measure the bank beside bare programs that do only the unavoidable, in the same run.

    python tests/bench/run.py [disclosure] [deposit] [withdrawal] [log] [decision] ...

Prints one line a figure.  Nothing is asserted: machines differ, ratios less so.
"""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path += [
    str(Path(__file__).parents[1] / folder) for folder in (".", "bank", "people", "drills")
]

import cohorts
import decision
import deposits
import disclosure
import keyservice
import opening
import pages
import parts
import refusals
import rewrapping
import storage
from ground import Ground, ground
from table import Line

MEASURES: dict[str, Callable[[Ground], Iterator[Line]]] = {
    "disclosure": disclosure.measure,
    "keyservice": keyservice.disclosure,
    "first": keyservice.first_read,
    "memory": keyservice.memory,
    "refusals": refusals.measure,
    "deposit": deposits.measure,
    "withdrawal": parts.withdrawal,
    "log": parts.log,
    "decision": decision.measure,
    "cohorts": cohorts.measure,
    "verification": parts.verification,
    "statistic": parts.statistic,
    "rewrap": rewrapping.measure,
    "opening": opening.measure,
    "storage": storage.measure,
    "pages": pages.measure,
}


def main(names: list[str]) -> int:
    """Run the named measurements, or all of them."""
    unknown = set(names) - MEASURES.keys()
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(MEASURES)}")
        return 2
    begun = time.perf_counter()
    with ground() as place:
        for name in names or MEASURES:
            for line in MEASURES[name](place):
                print(line.text(), flush=True)
    print(f"took {time.perf_counter() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
