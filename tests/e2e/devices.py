"""A device with passkeys in the browser itself: Chromium's virtual authenticator."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import CDPSession, Page

OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """What its owner carries; it answers by itself, as if she touched it at once."""

    def __init__(self, session: CDPSession, name: str) -> None:
        self._session, self._name = session, name

    @property
    def passkeys(self) -> int:
        """How many passkeys it holds."""
        found = self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._name})
        return len(found["credentials"])

    def lose(self) -> None:
        """Forget every passkey: the device is at the bottom of the sea."""
        self._session.send("WebAuthn.clearCredentials", {"authenticatorId": self._name})

    def leave(self) -> None:
        """Be carried out of the room."""
        self._session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self._name})

    def refuse(self) -> None:
        """Let it not recognise its owner from now on."""
        self._verified(verified=False)

    def recognise(self) -> None:
        """Let it recognise its owner again."""
        self._verified(verified=True)

    def _verified(self, *, verified: bool) -> None:
        self._session.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": self._name, "isUserVerified": verified},
        )


@contextmanager
def device(page: Page) -> Iterator[Device]:
    """Put a device into a window."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
    try:
        yield Device(session, made["authenticatorId"])
    finally:
        session.detach()
