"""Settings from the environment: read once, all problems reported at once."""

import grp
import ipaddress
import os
import pwd
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from infobank.accounts.contact import check_email
from infobank.connectors.city_over_http import CityPlace
from infobank.connectors.mail_over_smtp import MailServer
from infobank.errors import ConfigurationError
from infobank.keystore.roots.contract import DEADLINE
from infobank.keystore.roots.places import FilePlace, RootPlace, TokenPlace, TransitPlace

T = TypeVar("T")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

DEMO = "demo"
PRODUCTION = "production"

LONGEST_SOCKETS = 90
"""Bytes of the path of a folder that still leave room for a socket's name."""

LONGEST_DEADLINE = 60
"""Seconds a call to the root key's keystore may be given at most."""

CARRIED = ("policies", "migrations")
"""Folders at the root of a checkout that the wheel carries inside the package."""


@dataclass(frozen=True)
class Settings:
    """Everything an operator decides.  Holds no secret, only where secrets are.

    `log_origin` names the access log when its key is made; from then on the key does.

    In a database URL `{role}` stands for the database role a process takes, such as
    `infobank_web`; passwords belong in a PostgreSQL password file, not here.
    """

    environment: str
    state: Path
    records_url: str
    keys_url: str
    public_url: str
    listen: tuple[str, int]
    trusted_proxies: tuple[Network, ...]
    root_key: Path
    roots: RootPlace
    root_deadline: float
    log_key: Path
    keyservice: Path
    keyservice_group: int | None
    keyservice_account: str
    tenant: UUID
    log_origin: str
    zone: str
    backup_recipients: tuple[str, ...]
    backup_threshold: int
    backup_records_days: int
    backup_keys_days: int
    city: CityPlace | None
    mail: MailServer | None
    policies: Path
    migrations: Path

    @property
    def demo(self) -> bool:
        """Tell whether this is the demo: synthetic data, sign-in without a credential."""
        return self.environment == DEMO

    @property
    def embedded(self) -> bool:
        """Tell whether the bank runs its own PostgreSQL."""
        return not self.records_url


def from_environment(**stated: str) -> Settings:
    """Read the settings of this process; what is `stated` goes before the environment.

    Raises:
        ConfigurationError: one or more settings are wrong; the message names them all.
    """
    return from_mapping({**os.environ, **stated})


def from_mapping(values: Mapping[str, str]) -> Settings:
    """Read settings from names and texts.

    Raises:
        ConfigurationError: one or more settings are wrong; the message names them all.
    """
    reading = _Reading(values)
    environment = reading.read("INFOBANK_ENV", _environment, PRODUCTION)
    state = reading.read("INFOBANK_STATE", _folder, str(default_state(values, environment)))
    public_url = reading.read("INFOBANK_PUBLIC_URL", _public_url, "http://localhost:8080")
    root_key = reading.read("INFOBANK_ROOT_KEY", _folder, str(state / "keys" / "root"))
    settings = Settings(
        environment=environment,
        state=state,
        records_url=reading.read("INFOBANK_DATABASE_URL", _database_url, ""),
        keys_url=reading.read("INFOBANK_KEYS_DATABASE_URL", _database_url, ""),
        public_url=public_url,
        listen=reading.read("INFOBANK_LISTEN", _listen, "127.0.0.1:8080"),
        trusted_proxies=reading.read("INFOBANK_TRUSTED_PROXIES", _networks, ""),
        root_key=root_key,
        roots=_roots(reading, root_key, state / "keys"),
        root_deadline=reading.read("INFOBANK_ROOT_DEADLINE", _seconds, f"{DEADLINE:g}"),
        log_key=reading.read("INFOBANK_LOG_KEY", _folder, str(state / "keys" / "log.pem")),
        keyservice=reading.read("INFOBANK_KEYSERVICE", _folder, str(default_sockets(state))),
        keyservice_group=reading.read("INFOBANK_KEYSERVICE_GROUP", _group, ""),
        keyservice_account=reading.read("INFOBANK_KEYSERVICE_ACCOUNT", _account, ""),
        tenant=reading.read("INFOBANK_TENANT", UUID, "696e666f-6261-4e6b-8000-000000000001"),
        log_origin=reading.read("INFOBANK_LOG_ORIGIN", _origin, _default_origin(public_url)),
        zone=reading.read("INFOBANK_ZONE", _zone, "Asia/Tokyo"),
        backup_recipients=reading.read("INFOBANK_BACKUP_RECIPIENTS", _words, ""),
        backup_threshold=reading.read("INFOBANK_BACKUP_THRESHOLD", _number, "1"),
        backup_records_days=reading.read("INFOBANK_BACKUP_RECORDS_DAYS", _days, "400"),
        backup_keys_days=reading.read("INFOBANK_BACKUP_KEYS_DAYS", _days, "14"),
        city=_city(reading, state / "keys" / "city"),
        mail=_mail(reading, state / "keys" / "smtp"),
        policies=reading.read("INFOBANK_POLICIES", _folder, str(carried("policies"))),
        migrations=carried("migrations"),
    )
    if bool(settings.records_url) != bool(settings.keys_url):
        reading.problems.append(
            "INFOBANK_DATABASE_URL and INFOBANK_KEYS_DATABASE_URL: set both or neither"
        )
    if settings.demo and settings.listen[0] not in LOOPBACK:
        reading.problems.append("INFOBANK_LISTEN: the demo listens on this machine alone")
    if not settings.demo and not public_url.startswith("https://"):
        reading.problems.append("INFOBANK_PUBLIC_URL: must begin with https:// outside the demo")
    if reading.problems:
        raise ConfigurationError("\n".join(reading.problems))
    return settings


def carried(folder: str) -> Path:
    """Return a folder that stands beside the package in a checkout and inside it in a wheel."""
    package = Path(__file__).parent
    inside = package / "carried" / folder
    return inside if inside.is_dir() else package.parent / folder


def default_state(values: Mapping[str, str], environment: str) -> Path:
    """Return where the bank keeps what it must keep, when nobody says otherwise.

    The demo has a folder of its own.  Root's home is closed to the database's own user,
    so root uses `/var/lib`.
    """
    home = Path(values.get("HOME", "~")).expanduser()
    base = Path(values.get("XDG_STATE_HOME", home / ".local" / "state"))
    if os.geteuid() == 0:
        base = Path("/var/lib")
    return base / "infobank" / environment


def default_sockets(state: Path) -> Path:
    """Return the folder of the key service's sockets: in the state, when the path is short enough.

    The kernel allows a socket's path about a hundred bytes.
    """
    inside = state / "keyservice"
    if len(os.fsencode(inside)) <= LONGEST_SOCKETS:
        return inside
    digest = sha256(os.fsencode(state)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"infobank-keys-{digest}"


@dataclass
class _Reading:
    values: Mapping[str, str]
    problems: list[str]

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems = []

    def read(self, name: str, parse: Callable[[str], T], default: str) -> T:
        try:
            return parse(self.values.get(name, default))
        except (ValueError, KeyError) as error:
            self.problems.append(f"{name}: {error}")
            return parse(default)


def _roots(reading: _Reading, folder: Path, keys: Path) -> RootPlace:
    """Read where the root key lives; what the chosen keystore needs must be set."""
    keystore = reading.read("INFOBANK_ROOT_KEYSTORE", _keystore, "file")
    module = reading.read("INFOBANK_PKCS11_MODULE", _optional_file, "")
    token = TokenPlace(
        module=module or Path(),
        token=reading.read("INFOBANK_PKCS11_TOKEN", str, "infobank"),
        pin_file=reading.read("INFOBANK_PKCS11_PIN_FILE", _folder, str(keys / "pin")),
    )
    transit = TransitPlace(
        url=reading.read("INFOBANK_TRANSIT_URL", _transit_url, ""),
        mount=reading.read("INFOBANK_TRANSIT_MOUNT", str, "transit"),
        key=reading.read("INFOBANK_TRANSIT_KEY", str, "infobank-root"),
        token_file=reading.read("INFOBANK_TRANSIT_TOKEN_FILE", _folder, str(keys / "token")),
        ca=reading.read("INFOBANK_TRANSIT_CA", _optional_file, ""),
        namespace=reading.read("INFOBANK_TRANSIT_NAMESPACE", str, ""),
    )
    if keystore == "pkcs11" and not module:
        reading.problems.append("INFOBANK_PKCS11_MODULE: must name the token's library")
    if keystore == "transit" and not transit.url:
        reading.problems.append("INFOBANK_TRANSIT_URL: must name the transit engine's server")
    if keystore == "file":
        return FilePlace(folder)
    return token if keystore == "pkcs11" else transit


def _city(reading: _Reading, secret: Path) -> CityPlace | None:
    """Read where the city's own sign-in is; without an issuer there is none."""
    issuer = reading.read("INFOBANK_CITY_ISSUER", _issuer, "")
    client_id = reading.read("INFOBANK_CITY_CLIENT_ID", str, "")
    secret_file = reading.read("INFOBANK_CITY_CLIENT_SECRET_FILE", _folder, str(secret))
    if bool(issuer) != bool(client_id):
        reading.problems.append(
            "INFOBANK_CITY_ISSUER and INFOBANK_CITY_CLIENT_ID: set both or neither"
        )
    return CityPlace(issuer, client_id, secret_file) if issuer and client_id else None


def _mail(reading: _Reading, password: Path) -> MailServer | None:
    """Read where the operator's mail server is; without one the bank sends no e-mail."""
    parts = urlsplit(reading.read("INFOBANK_SMTP_URL", _smtp_url, ""))
    sender = reading.read("INFOBANK_SMTP_SENDER", _sender, "")
    password = reading.read("INFOBANK_SMTP_PASSWORD_FILE", _folder, str(password))
    if bool(parts.hostname) != bool(sender):
        reading.problems.append("INFOBANK_SMTP_URL and INFOBANK_SMTP_SENDER: set both or neither")
    if not parts.hostname or not sender:
        return None
    tls = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=parts.port or (465 if tls else 587),
        sender=sender,
        tls=tls,
        plain=parts.hostname in LOOPBACK,
        user=unquote(parts.username or ""),
        password=password if parts.username else None,
    )


def _smtp_url(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path):
        raise ValueError("must be a scheme and a host, such as smtps://mail.example:465")
    if parts.password is not None:
        raise ValueError("must hold no password; INFOBANK_SMTP_PASSWORD_FILE names its file")
    return text


def _sender(text: str) -> str:
    return check_email(text) if text else text


def _keystore(text: str) -> str:
    if text not in {"file", "pkcs11", "transit"}:
        raise ValueError("must be file, pkcs11 or transit")
    return text


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= LONGEST_DEADLINE:
        raise ValueError(f"must be seconds, more than 0 and at most {LONGEST_DEADLINE}")
    return seconds


def _issuer(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError("must be an address such as https://login.city.example")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must begin with https:// where the sign-in is another machine")
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError("must be an address without a query, a fragment and a name")
    return text


def _transit_url(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query):
        raise ValueError("must be a scheme and a host, such as https://keys.example:8200")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must begin with https:// where the server is another machine")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no password; the token's file opens the server")
    return text


def _optional_file(text: str) -> Path | None:
    return _folder(text) if text else None


def _environment(text: str) -> str:
    if text not in {DEMO, PRODUCTION}:
        raise ValueError(f"must be {DEMO} or {PRODUCTION}")
    return text


def _folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ValueError("must be a scheme and a host without a path, such as https://bank.example")
    return text


def _database_url(text: str) -> str:
    if text and not text.startswith("postgresql+asyncpg://"):
        raise ValueError("must begin with postgresql+asyncpg://")
    if text and urlsplit(text).password is not None:
        raise ValueError("must hold no password; put it in a PostgreSQL password file")
    return text


def _listen(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise ValueError("must be HOST:PORT, such as 127.0.0.1:8080")
    return host.strip("[]"), int(port)


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _number(text: str) -> int:
    if not text.isdecimal():
        raise ValueError("must be a number")
    return int(text)


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:  # noqa: PLR2004 - 27 years
        raise ValueError("must be a number of days, 1 to 10000")
    return int(text)


def _origin(text: str) -> str:
    if not text or any(sign in text for sign in " +\n"):
        raise ValueError("must be a name without spaces and plus signs, such as bank.example/log")
    return text


def _group(text: str) -> int | None:
    try:
        return grp.getgrnam(text).gr_gid if text else None
    except KeyError:
        raise ValueError("must name a group of this machine's accounts") from None


def _account(text: str) -> str:
    try:
        return pwd.getpwnam(text).pw_name if text else ""
    except KeyError:
        raise ValueError("must name an account of this machine") from None


def account_name() -> str:
    """Return the name of the account this process runs under; empty when it has none."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return ""


def _default_origin(public_url: str) -> str:
    return f"{urlsplit(public_url).netloc}/infobank/log"


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (OSError, ValueError):
        raise ValueError("must name a time zone, such as Asia/Tokyo") from None
