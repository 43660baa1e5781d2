"""E-mail leaves the bank encrypted, for a server that proved its name; else it waits."""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from letterbox import SENDER, Mailbox, mail_server
from structlog.testing import capture_logs

from infobank.connectors.mail_over_smtp import MailServer, mailing

TO = "hanako@example.jp"
USER, PASSWORD = "bank", "hidden-word-of-the-bank"


class Shown(NamedTuple):
    """What a server shows to prove its name, and the file by which one believes it."""

    certificate: ssl.SSLContext
    trusted: Path


def issued(folder: Path, address: str) -> Shown:
    """Make a certificate for an address of this machine."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail server")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, private = folder / "mail.pem", folder / "mail.key"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return Shown(context, trusted)


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    return issued(tmp_path, "127.0.0.1")


@pytest.fixture
def believed(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Let this process trust the server's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(shown.trusted))
    return shown


def place(mailbox: Mailbox, **members: object) -> MailServer:
    """Return where the server is, as it would be on another machine: nothing goes in plain."""
    elsewhere = MailServer("127.0.0.1", mailbox.port, SENDER, tls=False, plain=False)
    return replace(elsewhere, **members)  # type: ignore[arg-type]


def sent(server: MailServer, password: str = "") -> tuple[bool, list[Mapping[str, object]]]:
    """Send one e-mail; return whether it was taken, and what the bank's log says."""
    with capture_logs() as said:
        taken = asyncio.run(mailing(server, password)(TO, "subject", "text"))
    return taken, list(said)


def test_starttls_comes_before_the_password_and_the_message(believed: Shown):
    with mail_server(believed.certificate, signed_in=True) as mailbox:
        mailbox.password = PASSWORD
        taken, said = sent(place(mailbox, user=USER), PASSWORD)
    assert (taken, said) == (True, [])
    assert mailbox.logins == [(USER, PASSWORD)]
    assert (len(mailbox.to(TO)), mailbox.over_tls) == (1, [True])


def test_tls_from_the_first_byte(believed: Shown):
    with mail_server(believed.certificate, smtps=True) as mailbox:
        mailbox.password = PASSWORD
        taken, _ = sent(place(mailbox, tls=True, user=USER), PASSWORD)
    assert taken
    assert (mailbox.logins, mailbox.over_tls) == ([(USER, PASSWORD)], [True])


def without_tls(_: Shown) -> AbstractContextManager[Mailbox]:
    return mail_server()


def starting_tls(shown: Shown) -> AbstractContextManager[Mailbox]:
    return mail_server(shown.certificate)


def with_tls(shown: Shown) -> AbstractContextManager[Mailbox]:
    return mail_server(shown.certificate, smtps=True)


@pytest.mark.parametrize(
    ("serving", "tls", "why"),
    [
        (without_tls, False, "SMTPNotSupportedError"),
        (starting_tls, False, "SSLCertVerificationError"),
        (with_tls, True, "SSLCertVerificationError"),
    ],
    ids=["no STARTTLS", "nobody vouches for STARTTLS", "nobody vouches for TLS"],
)
def test_nothing_is_told_to_a_server_that_nobody_vouches_for(shown: Shown, serving, tls, why):
    with serving(shown) as mailbox:
        taken, said = sent(place(mailbox, tls=tls, user=USER), PASSWORD)
    assert not taken
    assert [(each["event"], each["error"]) for each in said] == [("mail_waits", why)]
    assert (mailbox.logins, mailbox.taken) == ([], [])


def test_a_certificate_for_another_name_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    other = issued(tmp_path, "127.0.0.2")
    monkeypatch.setenv("SSL_CERT_FILE", str(other.trusted))
    with mail_server(other.certificate) as mailbox:
        taken, said = sent(place(mailbox, user=USER), PASSWORD)
    assert (taken, said[0]["error"]) == (False, "SSLCertVerificationError")
    assert (mailbox.logins, mailbox.taken) == ([], [])


def test_a_refused_login_sends_nothing_and_tells_no_password(believed: Shown):
    with mail_server(believed.certificate, signed_in=True) as mailbox:
        mailbox.password = "another"
        taken, said = sent(place(mailbox, user=USER), PASSWORD)
    assert (taken, mailbox.taken) == (False, [])
    assert [each["error"] for each in said] == ["SMTPAuthenticationError"]
    assert PASSWORD not in str(said)
    assert USER not in str(said)
