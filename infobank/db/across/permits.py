"""What the key service reads before it gives a key out: an entry, its consent, its provider."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from infobank.accesslog.entry import EntryRef
from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent
from infobank.db.accounts import providers, to_provider
from infobank.db.across.columns import columns_of, part_of
from infobank.db.consent import consents, to_consent
from infobank.db.direct import Reader
from infobank.db.rights.standing import STANDING
from infobank.vocabulary.identifiers import ConsentId, ResidentId

_TABLES = {"c": consents, "p": providers}

PERMITS = f"""
SELECT a.place, coalesce(w.resident_id, e.resident_id) AS about,
    coalesce(w.leaf, e.leaf) AS leaf, coalesce(w.mac, e.mac) AS mac,
    coalesce(w.sealed, e.sealed) AS sealed,
    {STANDING.format(consents="c")} AS standing,
    {columns_of(_TABLES)}
FROM unnest($1::bytea[], $2::bigint[], $3::uuid[], $4::uuid[]) WITH ORDINALITY
    AS a (writer_id, writer_seq, resident_id, consent_id, place)
LEFT JOIN log_pending w ON w.writer_id = a.writer_id AND w.writer_seq = a.writer_seq
LEFT JOIN log_entries e ON e.writer_id = a.writer_id AND e.writer_seq = a.writer_seq
LEFT JOIN consents c ON c.resident_id = a.resident_id AND c.consent_id = a.consent_id
LEFT JOIN providers p ON p.provider_id = c.provider_id
ORDER BY a.place
"""


@dataclass(frozen=True)
class AskedPermit:
    """An entry that is said to permit something to somebody about a resident."""

    entry: EntryRef
    resident: ResidentId
    consent: ConsentId | None


@dataclass(frozen=True)
class KeptPermit:
    """A durable entry as it is stored, with the consent it leans on and its recipient.

    `about` is the resident it claims to be about: whose log key opens it.
    """

    about: ResidentId | None
    leaf: bytes
    mac: bytes
    sealed: bytes
    consent: Consent | None
    provider: Provider | None


async def kept_permits(reader: Reader, asked: Sequence[AskedPermit]) -> list[KeptPermit | None]:
    """Return what is stored of each, in order; None where there is no such entry."""
    rows = await reader.fetch(
        PERMITS,
        [each.entry.writer_id for each in asked],
        [each.entry.seq for each in asked],
        [each.resident for each in asked],
        [each.consent for each in asked],
    )
    return [_permit(row) for row in rows]


def _permit(row: Any) -> KeptPermit | None:  # noqa: ANN401 - a driver's row
    if row["leaf"] is None:
        return None
    consent, provider = (part_of(row, *each) for each in _TABLES.items())
    consent.standing = row["standing"]
    return KeptPermit(
        about=ResidentId(row["about"]) if row["about"] else None,
        leaf=row["leaf"],
        mac=row["mac"],
        sealed=row["sealed"],
        consent=to_consent(consent) if consent.consent_id else None,
        provider=to_provider(provider) if provider.kind else None,
    )
