"""What the access log says about a request at the rights desk."""

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.rights import RightsRequest
from infobank.vocabulary.givenby import GivenBy


def request_entry(request: RightsRequest) -> Entry:
    """Return the entry of a request that was made."""
    return _entry(EntryKind.RIGHTS_REQUEST, request)


def decision_entry(request: RightsRequest) -> Entry:
    """Return the entry of the newest step of a request."""
    return _entry(EntryKind.RIGHTS_DECISION, request)


def export_entry(request: RightsRequest) -> Entry:
    """Return the entry against which the keys of an export are released."""
    return _entry(EntryKind.EXPORT, request)


def by_whom(by: GivenBy) -> dict[str, str]:
    """Return the shown field that tells a guardian's act from the resident's own."""
    return {} if by is GivenBy.SELF else {"by": by.value}


def _entry(kind: EntryKind, request: RightsRequest) -> Entry:
    step, subject = request.steps[-1], request.subject
    shown = {
        "request": str(request.request_id),
        "right": request.right.value,
        "status": step.status.value,
        "by": step.by,
        "due": request.due.isoformat(),
    }
    if step.reason:
        shown["reasons"] = step.reason
    hidden = {
        "category": subject.category,
        "provider": str(subject.provider or ""),
        "purpose": subject.purpose,
    }
    return Entry(kind, step.at, request.resident, shown, hidden)
