"""Whether the time of a refusal tells why: each case asked in random order, compared in pairs.

A taken-over worker shows the key service an entry that permits somebody else.  Missing,
erased, broken and not permitted are one answer (`tests/integration/keyservice`); here the
two-sample Kolmogorov-Smirnov test looks for a difference in how long it took.
"""

import asyncio
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import asyncpg
import uvloop
from agreement import Agreement, agree
from ground import Ground
from scipy.stats import ks_2samp
from table import Line, quantile

from infobank.accesslog.entry import Entry, EntryKind
from infobank.entropy import SystemEntropy, new_uuid
from infobank.keystore.service.client import RemoteKeys
from infobank.usecases.vault.keyservice import Wanted
from infobank.vault.errors import KeyRefusedError
from infobank.vocabulary.identifiers import ResidentId

SAMPLES = 10_000
SECONDS = 640.0
"""After this long it is enough: the remark says how many there were."""
RENEWED = 15.0
"""Seconds after which a newer entry is shown; one counts for 30."""
WARM = 200

BROKEN = """UPDATE resident_keys SET wrapped_data = set_byte(
    wrapped_data, 50, get_byte(wrapped_data, 50) # 1) WHERE resident_id = $1"""
OTHERS = """UPDATE resident_keys SET wrapped_data = (
    SELECT wrapped_data FROM resident_keys o WHERE o.resident_id = $2) WHERE resident_id = $1"""


@dataclass
class Cases:
    """Residents of each case, and how long each refusal took, in microseconds."""

    agreement: Agreement
    residents: dict[str, ResidentId]
    taken: dict[str, list[float]] = field(default_factory=dict)

    async def ask(self, keys: RemoteKeys, name: str, wanted: Wanted) -> None:
        """Ask once, and keep how long the refusal took."""
        begun = time.perf_counter_ns()
        try:
            await keys.release([wanted])
        except KeyRefusedError:
            self.taken[name].append((time.perf_counter_ns() - begun) / 1e3)
            return
        raise AssertionError(name)


def measure(ground: Ground) -> Iterator[Line]:
    """Ask for keys that are refused, each for another reason, and compare how long it took."""
    cases = _cases(ground)
    uvloop.run(_all(ground, cases))
    for name, taken in cases.taken.items():
        ordered = sorted(taken)
        p1, p50, p99 = (quantile(ordered, share) for share in (0.01, 0.5, 0.99))
        note = f"p1 {p1:.0f}  p99 {p99:.0f}, {len(taken):,} samples"
        yield Line(f"refused: {name}", p50, "µs, median", note)
    for one, other in combinations(cases.taken, 2):
        found = ks_2samp(cases.taken[one], cases.taken[other])
        yield Line(f"{one} : {other}", found.statistic, "KS", f"p = {found.pvalue:.2g}")


def _cases(ground: Ground) -> Cases:
    agreement = agree(ground.server)
    made = {name: _resident(ground, name) for name in ("erased", "wrong key", "bad tag")}
    entry = Entry(EntryKind.ERASURE, ground.bank.clock.now(), made["erased"], {}, {})
    ground.server.run(agreement.keyservice.destroy(made["erased"], agreement.recorded(entry)))
    asyncio.run(_break(ground, BROKEN, made["bad tag"]))
    asyncio.run(_break(ground, OTHERS, made["wrong key"], agreement.resident))
    missing = ResidentId(new_uuid(SystemEntropy()))
    residents = {"missing": missing, "no consent": ground.server.residents["misaki"], **made}
    return Cases(agreement, residents, {name: [] for name in residents})


def _resident(ground: Ground, name: str) -> ResidentId:
    enrol, number = ground.bank.enrol, os.urandom(8).hex()
    return ground.server.run(enrol(f"bench {name}", [number], create=True))[number]


async def _break(ground: Ground, statement: str, *arguments: ResidentId) -> None:
    databases = ground.server.databases
    connection = await asyncpg.connect(
        databases.server.libpq("infobank_keys_owner", databases.keys)
    )
    await connection.execute(statement, *arguments)
    await connection.close()


async def _all(ground: Ground, cases: Cases) -> None:
    keys = RemoteKeys(ground.server.settings.keyservice / "web")
    order, names = random.Random(5), list(cases.residents)  # noqa: S311 - an order, no secret
    begun, renewed, ref = time.monotonic(), 0.0, None
    for turn in range(WARM + SAMPLES):
        if turn == WARM:
            cases.taken = {name: [] for name in names}
        if ref is None or time.monotonic() - renewed > RENEWED:
            renewed = time.monotonic()
            ref = await asyncio.to_thread(_permit, cases.agreement)
        order.shuffle(names)
        for name in names:
            wanted = cases.agreement.wanted(ref, resident=cases.residents[name])
            await cases.ask(keys, name, wanted)
        if time.monotonic() - begun > SECONDS:
            break
    await keys.close()


def _permit(agreement: Agreement):
    return agreement.recorded(agreement.permit())
