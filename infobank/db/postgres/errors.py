"""What storage can answer besides rows."""

from infobank.errors import InfobankError


class StorageError(InfobankError):
    """Say that a statement was wrong; `detail` names the state and the place, never a value.

    PostgreSQL's own text is not passed on: it quotes the values it complains about.
    """

    code = "storage"
