"""From a file of recipients to a `RecipientClass`."""

from collections.abc import Collection

from infobank.vocabulary.rules.recipient import RecipientClass
from infobank.vocabulary.text.table import Table

CERTIFICATES = "certificates.toml"


def parse_recipient(code: str, table: Table, certificates: Collection[str]) -> RecipientClass:
    """Return the class of recipients a file describes; its code is the file's name.

    `certificates` are the kinds of certificate the bank knows.

    Raises:
        ConfigurationError: a key is unknown, missing or breaks its rule, or a class that passes
            data on needs no certificate.
    """
    needed = table.codes("certificates", certificates) if "certificates" in table else frozenset()
    recipient = RecipientClass(
        code=code,
        label=table.words("label"),
        description=table.words("description"),
        certificates=needed,
        passes_on=table.flag("passes_on"),
    )
    table.close()
    if recipient.passes_on and not recipient.certificates:
        raise table.wrong("certificates", "whoever passes data on must show at least one")
    return recipient
