"""Who this bank is to whoever checks or reads what it publishes."""

from infobank.accesslog.note import Signer, VerifierKey
from infobank.config import Settings
from infobank.keystore.signing import read_signing_file, read_verifier_file
from infobank.publication.rendering.site import Site
from infobank.vocabulary.text.language import Text


def signer(settings: Settings) -> Signer:
    """Return the log's signing key under the name the log was given when its key was made."""
    return Signer(verifier_key(settings).name, read_signing_file(settings.log_key))


def verifier_key(settings: Settings) -> VerifierKey:
    """Return the log's public key, from the public half that stands beside the private one."""
    return VerifierKey.parse(read_verifier_file(settings.log_key))


def site(settings: Settings) -> Site:
    """Return where and by whom open data is published."""
    return Site(
        base_url=settings.public_url,
        publisher=Text("インフォバンク", "infobank"),
        region=Text("デモの街(合成データ)", "Demo city (synthetic data)")
        if settings.demo
        else Text("この街", "this city"),
    )
