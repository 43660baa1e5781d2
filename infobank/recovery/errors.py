"""What can be wrong with an archive, and what a restored bank answers."""

from infobank.errors import InfobankError, UnavailableError


class ArchiveError(InfobankError):
    """Refuse an archive: damaged, cut short, of another kind, or for somebody else's key."""

    code = "archive_refused"


class RestoredError(UnavailableError):
    """Say that a restored database answers nothing yet.

    It has forgotten the withdrawals and erasures made after its backup; they must be
    replayed from the log's copy elsewhere first.
    """

    code = "restored"
