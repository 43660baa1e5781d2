"""What the access log says about a mandate."""

from datetime import datetime

from infobank.accesslog.entry import Entry, EntryKind
from infobank.consent.mandate import Mandate
from infobank.usecases.rights.entries import by_whom
from infobank.vocabulary.givenby import GivenBy


def mandate_entry(kind: EntryKind, mandate: Mandate, at: datetime, by: GivenBy) -> Entry:
    """Return the entry about a mandate that was given, narrowed or stopped, and by whom."""
    conditions = mandate.conditions
    return Entry(
        kind=kind,
        at=at,
        resident=mandate.resident,
        shown={"policies": mandate.policy_digest.hex(), **by_whom(by)},
        hidden={
            "mandate": str(mandate.mandate_id),
            "version": mandate.version,
            "group": conditions.group,
            "classes": ",".join(sorted(conditions.classes)),
            "categories": ",".join(sorted(conditions.categories)),
            "mode": conditions.mode.value,
            "least_points": conditions.least_points,
            "until": mandate.valid_until.isoformat(),
        },
    )
