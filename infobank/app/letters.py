"""Letters to residents, made by hand from the parts that a process was opened with."""

from infobank.app.parts import Parts
from infobank.connectors.mail_over_smtp import mailing
from infobank.keystore.privatefile import read_private_file
from infobank.usecases.accesslog.history import History
from infobank.usecases.letters.choose import ChooseLetters
from infobank.usecases.letters.desk import LetterDesk
from infobank.usecases.letters.letters import Letters
from infobank.usecases.letters.post import PostLetters
from infobank.usecases.letters.write import WriteLetters


def wire_letters(parts: Parts) -> Letters:
    """Make what residents choose, and what the desk prints."""
    units, record, clock = parts.units, parts.record, parts.clock
    keyservice, settings = parts.keyservice, parts.settings
    tenant, mails = settings.tenant, settings.mail is not None
    history = History(units, keyservice)
    return Letters(
        ChooseLetters(units, keyservice, record, clock, parts.entropy, tenant, mails),
        LetterDesk(units, keyservice, record, history, clock, tenant, settings.zone),
    )


def wire_post(parts: Parts) -> tuple[WriteLetters, PostLetters | None]:
    """Make what writes letters, and what sends them where the operator has a mail server.

    Raises:
        KeyFileError: the server's password cannot be read, or others can read it.
    """
    units, clock, entropy, settings = parts.units, parts.clock, parts.entropy, parts.settings
    write = WriteLetters(units, clock, entropy, settings.zone)
    if settings.mail is None:
        return write, None
    file = settings.mail.password
    password = read_private_file(file).decode().strip() if file is not None else ""
    send = mailing(settings.mail, password)
    post = PostLetters(
        units, parts.keyservice, clock, entropy, send, settings.tenant, settings.public_url
    )
    return write, post
