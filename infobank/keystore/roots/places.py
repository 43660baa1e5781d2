"""The keystores an operator can choose from, and how the chosen one is opened."""

from dataclasses import dataclass
from pathlib import Path

from infobank.entropy import Entropy
from infobank.errors import ConfigurationError
from infobank.keystore.roots.contract import RootKeys
from infobank.keystore.roots.file import FileRoots


@dataclass(frozen=True)
class FilePlace:
    """A private folder on this machine."""

    folder: Path


@dataclass(frozen=True)
class TokenPlace:
    """A PKCS#11 token: its library, its label, and the file that holds its PIN."""

    module: Path
    token: str
    pin_file: Path


@dataclass(frozen=True)
class TransitPlace:
    """A transit engine: its server, mount and key, and the file that holds the access token.

    `ca` is a file of certificates to trust instead of the system's; `namespace` may be empty.
    """

    url: str
    mount: str
    key: str
    token_file: Path
    ca: Path | None
    namespace: str


RootPlace = FilePlace | TokenPlace | TransitPlace


def open_roots(place: RootPlace, entropy: Entropy, deadline: float) -> RootKeys:
    """Return the keystore at a place; nothing is reached for before the first call.

    Raises:
        ConfigurationError: the library for this kind of keystore is not installed.
    """
    if isinstance(place, FilePlace):
        return FileRoots(place.folder, entropy, deadline)
    try:
        # Their libraries are installed where they are used, and nowhere else.
        if isinstance(place, TokenPlace):
            from infobank.keystore.roots.pkcs11 import Pkcs11Roots  # noqa: PLC0415

            return Pkcs11Roots(place, entropy, deadline)
        from infobank.keystore.roots.transit import TransitRoots  # noqa: PLC0415

        return TransitRoots(place, deadline)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"this keystore needs the package {error.name}; install requirements/keystores.txt"
        ) from None
