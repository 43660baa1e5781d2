"""A real mail server on a free port of this machine, what it was given, and the bank's notifier."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ssl import SSLContext

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from bank_processes import free_port
from running_bank import BankServer

from infobank.app.installation import Databases
from infobank.cli.custody.notices import open_notifier
from infobank.clock import ShiftedClock

SENDER = "bank@example.jp"


class Mailbox:
    """Every message that was taken, oldest first; while it is `shut`, none is.

    `over_tls` tells of each whether it came encrypted, `logins` who tried to sign in with
    which password; with a `password`, that one alone is let in.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: list[tuple[str, EmailMessage]] = []
        self.over_tls: list[bool] = []
        self.logins: list[tuple[str, str]] = []
        self.password = ""
        self.shut = False

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, shown: object
    ) -> AuthResult:
        """Let in whoever knows the password."""
        del server, session, envelope, mechanism
        assert isinstance(shown, LoginPassword)
        self.logins.append((shown.login.decode(), shown.password.decode()))
        return AuthResult(success=shown.password.decode() == self.password, handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a message, or say that it must be tried again."""
        del session
        if self.shut:
            return "451 try again later"
        self.over_tls.append(server.transport.get_extra_info("ssl_object") is not None)
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
def mail_server(
    certificate: SSLContext | None = None, *, smtps: bool = False, signed_in: bool = False
) -> Iterator[Mailbox]:
    """Run a mail server for as long as the block lasts.

    With a `certificate` it demands STARTTLS, or with `smtps` speaks TLS from the first byte.
    `signed_in`: it takes messages from whoever signed in alone.
    """
    mailbox = Mailbox(free_port())
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=mailbox.port,
        ssl_context=certificate if smtps else None,
        tls_context=None if smtps else certificate,
        require_starttls=certificate is not None and not smtps,
        authenticator=mailbox.authenticate,
        auth_required=signed_in,
        auth_require_tls=certificate is not None and not smtps,
    )
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def beat(server: BankServer, later: timedelta = timedelta()) -> None:
    """Do once what the notifier does every few seconds, at a later time if that is given."""

    async def once() -> None:
        found = Databases(server.settings, None)
        async with open_notifier(server.settings, found, ShiftedClock(later)) as notifier:
            await notifier()

    server.sequence()
    server.run(once())
