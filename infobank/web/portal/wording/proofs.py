"""Show a proof file: all that the page says is read from the very file that is handed out."""

from dataclasses import dataclass
from datetime import datetime

from infobank.accesslog.commitment import Shown
from infobank.accesslog.entry import EntryKind
from infobank.accesslog.leaf import LEAF_BYTES
from infobank.accesslog.merkle import leaf_hash
from infobank.accesslog.note import VerifierKey
from infobank.accesslog.proof import OfflineProof, ProvenEntry, verify_proof
from infobank.usecases.accesslog.history import Event
from infobank.web.portal.addresses import address
from infobank.web.portal.views.history import EntryField, InclusionWords, ProofPage
from infobank.web.portal.wording.events import EventWriter

VERIFIER_FILE = "infobank-verifier.pyz"


@dataclass(frozen=True)
class ProofWriter:
    """Write proofs of one log."""

    key: VerifierKey
    events: EventWriter

    def page(self, file: bytes, download: str) -> ProofPage:
        """Return the page of a proof file, after checking it as anybody would.

        Raises:
            LogTamperedError: the log does not hold the entry as it is shown.
        """
        parts, proven = OfflineProof.parse(file), verify_proof(file, self.key)
        shown = proven.shown or Shown((), ())
        return ProofPage(
            line=self.events.line(event_of(proven.index, proven, shown)),
            fields=_fields(shown),
            inclusion=InclusionWords(
                index=proven.index,
                leaf_hash=leaf_hash(parts.extra[:LEAF_BYTES]).hex(),
                tree_size=proven.checkpoint.size,
                root=proven.checkpoint.root.hex(),
                path=tuple(each.hex() for each in parts.hashes),
            ),
            checkpoint=parts.checkpoint.decode(),
            verifier_key=self.key.text,
            download=download,
            verifier=address("verifier"),
            command=f"python3 {VERIFIER_FILE} verify-proof {file_name(proven.index)}"
            f" --key '{self.key.text}'",
        )


def file_name(index: int) -> str:
    """Return what the proof file of an entry is called."""
    return f"infobank-log-{index}.tlog-proof"


def event_of(index: int, proven: ProvenEntry, shown: Shown) -> Event:
    """Return the event that a proof's opened fields tell of."""
    fields = {opening.name: opening.value for opening in shown.openings}
    kind, at = EntryKind(str(fields.pop("kind"))), datetime.fromisoformat(str(fields.pop("at")))
    return Event(index, kind, at, proven.leaf.in_effect, fields)


def _fields(shown: Shown) -> tuple[EntryField, ...]:
    opened = [EntryField(each.name, str(each.value)) for each in shown.openings]
    sealed = [
        EntryField(f"({number})", hidden.hex(), opened=False)
        for number, hidden in enumerate(shown.concealed, 1)
    ]
    return (*opened, *sealed)
