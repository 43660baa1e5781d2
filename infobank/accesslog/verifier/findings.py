"""What a verification says: counts, and everything that is wrong with its place."""

from dataclasses import dataclass, field

MOST_FINDINGS = 1000
"""A verification stops here: the log is broken, and memory stays flat."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: which file, which entry when known, and what."""

    path: str
    what: str
    index: int | None = None


@dataclass(frozen=True)
class WriterCount:
    """How many entries of one writer the log holds."""

    writer_id: bytes
    in_effect: int
    void: int


@dataclass(frozen=True)
class Verification:
    """The outcome: the log is sound exactly when there is no finding."""

    size: int
    root: bytes
    writers: tuple[WriterCount, ...]
    findings: tuple[Finding, ...]
    documents: int = 0
    """Shown documents that were checked."""

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


@dataclass
class Findings:
    """Collect findings up to the limit."""

    found: list[Finding] = field(default_factory=list)

    def add(self, path: str, what: str, index: int | None = None) -> None:
        """Keep one finding; beyond the limit, none."""
        if not self.full:
            self.found.append(Finding(path, what, index))

    @property
    def full(self) -> bool:
        """Whether the limit is reached."""
        return len(self.found) >= MOST_FINDINGS
