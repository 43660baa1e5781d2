"""What can be wrong with a log, a proof or a key."""

from infobank.errors import InfobankError


class LogTamperedError(InfobankError):
    """Say that a log, an entry or a proof is well formed but not what was signed."""

    code = "log_tampered"


class MalformedProofError(InfobankError):
    """Refuse bytes that are not a leaf, tile, document, note, checkpoint or proof."""

    code = "malformed_proof"


class UntrustedSignatureError(InfobankError):
    """Refuse a note that no trusted key signed, or that a trusted key signed wrongly."""

    code = "untrusted_signature"


class MissingTileError(InfobankError):
    """Say which tile a computation needs and was not given."""

    code = "missing_tile"


class PaperKeyError(InfobankError):
    """Name the line of a key typed from paper that is wrong; `line` counts from 1."""

    code = "paper_key"

    def __init__(self, message: str, *, line: int) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
