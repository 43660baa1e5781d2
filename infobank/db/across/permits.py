"""What the key service reads before it gives a key out: an entry, its consent, its provider."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from infobank.accesslog.entry import EntryRef
from infobank.accounts.circumstances import KeptCircumstances
from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent
from infobank.consent.mandate import Mandate
from infobank.db.accounts import providers, to_provider
from infobank.db.across.columns import columns_of, part_of
from infobank.db.consent import around, consents, to_consent
from infobank.db.consenting.households import CIRCUMSTANCES, to_circumstances
from infobank.db.consenting.mandates import mandates, to_mandate
from infobank.db.direct import Reader, arrays, looked_up
from infobank.vocabulary.identifiers import ConsentId, ResidentId

_TABLES = {"c": consents, "m": mandates, "p": providers}

_ENTRY = """
SELECT a.place, coalesce(w.resident_id, e.resident_id) AS about,
    coalesce(w.leaf, e.leaf) AS leaf, coalesce(w.mac, e.mac) AS mac,
    coalesce(w.sealed, e.sealed) AS sealed"""

_FOUND = """
LEFT JOIN log_pending w ON w.writer_id = a.writer_id AND w.writer_seq = a.writer_seq
LEFT JOIN log_entries e ON e.writer_id = a.writer_id AND e.writer_seq = a.writer_seq"""

ENTRIES = f"""{_ENTRY}
FROM {arrays("bytea", "bigint")} WITH ORDINALITY AS a (writer_id, writer_seq, place){_FOUND}
ORDER BY a.place
"""

# Of somebody whom the entry is not about nothing is read: neither whether she is known, nor
# what she agreed to, makes a difference then, and not in time either.
PERMITS = f"""{_ENTRY},
    {around("c")}, {CIRCUMSTANCES.format(resident="o.resident_id")},
    {columns_of(_TABLES)}
FROM {arrays("bytea", "bigint", "uuid", "uuid")} WITH ORDINALITY
    AS a (writer_id, writer_seq, resident_id, consent_id, place){_FOUND}
CROSS JOIN LATERAL (
    SELECT CASE WHEN coalesce(w.resident_id, e.resident_id) = a.resident_id
        THEN a.resident_id END AS resident_id
) o
LEFT JOIN consents c ON c.resident_id = o.resident_id AND c.consent_id = a.consent_id
LEFT JOIN mandates m ON m.resident_id = c.resident_id AND m.mandate_id = c.mandate_id
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
    """A durable entry as it is stored, with the consent it leans on, its mandate and recipient.

    `about` is the resident it claims to be about: whose log key opens it.
    """

    about: ResidentId | None
    leaf: bytes
    mac: bytes
    sealed: bytes
    consent: Consent | None = None
    mandate: Mandate | None = None
    circumstances: KeptCircumstances | None = None
    provider: Provider | None = None


async def kept_permits(reader: Reader, asked: Sequence[AskedPermit]) -> Sequence[KeptPermit | None]:
    """Return what is stored of each, in order; None where there is no such entry."""
    leaning = any(each.consent is not None for each in asked)
    return await looked_up(reader, _permits if leaning else _entries, asked)


async def _entries(reader: Reader, asked: Sequence[AskedPermit]) -> list[KeptPermit | None]:
    """Return entries that lean on no consent."""
    rows = await reader.fetch(
        ENTRIES, [each.entry.writer_id for each in asked], [each.entry.seq for each in asked]
    )
    return [_entry(row) for row in rows]


async def _permits(reader: Reader, asked: Sequence[AskedPermit]) -> list[KeptPermit | None]:
    rows = await reader.fetch(
        PERMITS,
        [each.entry.writer_id for each in asked],
        [each.entry.seq for each in asked],
        [each.resident for each in asked],
        [each.consent for each in asked],
    )
    return [_permit(row) for row in rows]


def _entry(row: Any) -> KeptPermit | None:  # noqa: ANN401 - a driver's row
    if row["leaf"] is None:
        return None
    about = ResidentId(row["about"]) if row["about"] else None
    return KeptPermit(about, row["leaf"], row["mac"], row["sealed"])


def _permit(row: Any) -> KeptPermit | None:  # noqa: ANN401 - a driver's row
    entry = _entry(row)
    if entry is None or row["whose"] is None:
        return entry
    consent, mandate, provider = (part_of(row, *each) for each in _TABLES.items())
    consent.standing, consent.uses = row["standing"], row["uses"]
    return replace(
        entry,
        consent=to_consent(consent) if consent.consent_id else None,
        mandate=to_mandate(mandate) if mandate.mandate_id else None,
        circumstances=to_circumstances(row),
        provider=to_provider(provider) if provider.kind else None,
    )
