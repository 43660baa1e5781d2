"""What can be wrong with a key's place."""

from typing import ClassVar

from infobank.errors import ConfigurationError


class KeyFileError(ConfigurationError):
    """Refuse a key file; the message says which and what to do, and holds no key byte."""

    code: ClassVar[str] = "key_file"
