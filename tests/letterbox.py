"""A real mail server on a free port of this machine, and what it was given."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from bank_processes import free_port

SENDER = "bank@example.jp"


class Mailbox:
    """Every message that was taken, oldest first; while it is `shut`, none is."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: list[tuple[str, EmailMessage]] = []
        self.shut = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a message, or say that it must be tried again."""
        del server, session
        if self.shut:
            return "451 try again later"
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append((envelope.rcpt_tos[0], message))
        return "250 taken"

    def to(self, address: str) -> list[EmailMessage]:
        """Return what came for an address, oldest first."""
        return [message for to, message in self.taken if to == address]

    @property
    def settings(self) -> dict[str, str]:
        """What a bank is set to that sends its mail here."""
        return {
            "INFOBANK_SMTP_URL": f"smtp://127.0.0.1:{self.port}",
            "INFOBANK_SMTP_SENDER": SENDER,
        }


def words_of(message: EmailMessage) -> str:
    """Return the text of a message."""
    content = message.get_content()
    assert isinstance(content, str)
    return content


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Run a mail server for as long as the block lasts."""
    mailbox = Mailbox(free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
