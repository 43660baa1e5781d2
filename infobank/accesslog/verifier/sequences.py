"""Follow every writer's numbers through the log: none missing, none twice, none too late."""

import struct

from infobank.accesslog.leaf import FORMAT, LEAF_BYTES
from infobank.accesslog.verifier.files import RECORD_BYTES
from infobank.accesslog.verifier.findings import Findings, WriterCount

MOST_WRITERS = 1_000_000
"""Writers of one log: what bounds the memory of a verification."""

_RECORD = struct.Struct(">2xxBI16sQ72x")
_NEXT, _VOID, _LIVE = range(3)


def is_uniform(bundle: bytes) -> bool:
    """Tell whether a bundle is whole leaves of this format and nothing else."""
    count, rest = divmod(len(bundle), RECORD_BYTES)
    return (
        rest == 0
        and bundle[0::RECORD_BYTES] == bytes(count)
        and bundle[1::RECORD_BYTES] == bytes((LEAF_BYTES,)) * count
        and bundle[2::RECORD_BYTES] == bytes((FORMAT,)) * count
        and not bundle[3::RECORD_BYTES].strip(b"\x00\x01")
    )


class Sequences:
    """The next number of each writer, and how many of its entries are in effect or void."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._states: dict[bytes, list[int]] = {}
        self._epoch: int | None = None

    def follow(self, path: str, first: int, bundle: bytes) -> None:
        """Follow the leaves of a uniform bundle whose first entry has index `first`."""
        states = self._states
        for index, (effect, epoch, writer, seq) in enumerate(_RECORD.iter_unpack(bundle), first):
            state = states.get(writer)
            if state is None:
                state = self._meet(path, index, writer)
            if seq != state[_NEXT]:
                self._out_of_step(path, index, writer, seq, state)
            else:
                state[_NEXT] = seq + 1
            state[_VOID + effect] += 1
            if epoch != self._epoch:
                self._other_epoch(path, index, epoch)

    @property
    def full(self) -> bool:
        """Whether the log has more writers than can be followed."""
        return len(self._states) > MOST_WRITERS

    @property
    def counts(self) -> tuple[WriterCount, ...]:
        """The writers met so far, in the order of their first entry."""
        return tuple(
            WriterCount(writer, state[_LIVE], state[_VOID])
            for writer, state in self._states.items()
        )

    def _meet(self, path: str, index: int, writer: bytes) -> list[int]:
        state = self._states[writer] = [0, 0, 0]
        if len(self._states) == MOST_WRITERS + 1:
            self._findings.add(path, f"the log has over {MOST_WRITERS} writers", index)
        return state

    def _out_of_step(
        self, path: str, index: int, writer: bytes, seq: int, state: list[int]
    ) -> None:
        name, expected = f"writer {writer.hex()}", state[_NEXT]
        if seq < expected:
            what = f"{name}: its number {seq} comes again or too late"
        else:
            missing = f"{expected}" if seq == expected + 1 else f"{expected} to {seq - 1}"
            what = f"{name}: before its number {seq}, {missing} is missing"
            state[_NEXT] = seq + 1
        self._findings.add(path, what, index)

    def _other_epoch(self, path: str, index: int, epoch: int) -> None:
        if self._epoch is None:
            self._epoch = epoch
        else:
            self._findings.add(path, f"the entry is of epoch {epoch}, not {self._epoch}", index)
