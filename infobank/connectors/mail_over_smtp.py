"""Hand an e-mail to the operator's mail server (RFC 5321), over TLS wherever it is elsewhere."""

import asyncio
import smtplib
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import structlog

LOG = structlog.get_logger()

SECONDS = 20.0
"""How long the server may take to answer one step."""


@dataclass(frozen=True)
class MailServer:
    """Where the server is, and as whom the bank writes; the password of `user` stands in a file.

    `tls` is from the first byte; without it STARTTLS is demanded unless `plain` allows none,
    which is for this machine alone.
    """

    host: str
    port: int
    sender: str
    tls: bool
    plain: bool
    user: str = ""
    password: Path | None = None


def mailing(server: MailServer, password: str) -> Callable[[str, str, str], Awaitable[bool]]:
    """Return what brings a subject and a text to an address; False means to try again."""

    async def send(to: str, subject: str, text: str) -> bool:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = server.sender, to, subject
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        try:
            await asyncio.to_thread(_send, server, password, message)
        except (OSError, smtplib.SMTPException) as error:
            LOG.warning("mail_waits", error=type(error).__name__)
            return False
        return True

    return send


def _send(server: MailServer, password: str, message: EmailMessage) -> None:
    trusted = ssl.create_default_context()
    connection = (
        smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=trusted)
        if server.tls
        else smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    )
    with connection:
        if not server.tls and not server.plain:
            connection.starttls(context=trusted)
        if server.user:
            connection.login(server.user, password)
        connection.send_message(message)
