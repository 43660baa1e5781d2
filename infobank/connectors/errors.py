"""What can be wrong with a source as a whole; a wrong row is a `Reject`, not an error."""

from infobank.errors import InvalidInputError


class SourceFormatError(InvalidInputError):
    """Refuse a source that cannot be read at all: its encoding, its header, its kind."""

    code = "source_format"
