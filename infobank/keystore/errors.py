"""What can be wrong with a key's place."""

from typing import ClassVar

from infobank.errors import ConfigurationError, InfobankError, UnavailableError


class KeyFileError(ConfigurationError):
    """Refuse a key file; the message says which and what to do, and holds no key byte."""

    code: ClassVar[str] = "key_file"


class RootRefusedError(ConfigurationError):
    """Refuse a keystore that cannot guard the root key: exportable, doubled, of another kind."""

    code: ClassVar[str] = "root_refused"


class RootUnavailableError(UnavailableError):
    """Say that the keystore did not answer, in time or at all, or not as its interface promises."""

    code: ClassVar[str] = "root_unavailable"


class EpochMissingError(InfobankError):
    """Say that the keystore has no root key of an epoch: it was destroyed, or never made."""

    code: ClassVar[str] = "epoch_missing"


class KeyServiceError(ConfigurationError):
    """Refuse to start or reach the key service: its place is taken, or is not its own."""

    code: ClassVar[str] = "key_service"
