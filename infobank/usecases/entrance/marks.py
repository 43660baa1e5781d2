"""Mark the rows that let somebody in, and believe none without its mark."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from infobank.accounts.entrance.enrolment import Enrolment, enrolment_bytes
from infobank.accounts.entrance.link import CityLink, link_bytes
from infobank.accounts.entrance.passkey import Passkey, passkey_bytes
from infobank.accounts.entrance.session import Session, session_bytes
from infobank.usecases.vault.keyservice import KeyService, Row
from infobank.vault.bankkeys import RowKind


@dataclass(frozen=True)
class Marks:
    """Rows written past the bank let nobody in; the key service sounds an alarm at each."""

    keyservice: KeyService

    async def session(self, session_hash: bytes, session: Session) -> bytes:
        """Return the mark of a session, to be kept beside it."""
        row = Row(RowKind.SESSION, session_bytes(session_hash, session))
        (mac,) = await self.keyservice.authenticate([row])
        return mac

    async def genuine_session(self, session_hash: bytes, session: Session, mac: bytes) -> bool:
        """Tell whether the bank began a session as it stands."""
        row = Row(RowKind.SESSION, session_bytes(session_hash, session), mac)
        (genuine,) = await self.keyservice.check([row])
        return genuine

    async def passkey(self, passkey: Passkey) -> Passkey:
        """Return a passkey with its mark, ready to be kept."""
        (mac,) = await self.keyservice.authenticate([_passkey(passkey)])
        return replace(passkey, mac=mac)

    async def passkeys(self, found: Sequence[Passkey]) -> list[Passkey]:
        """Return those passkeys that are genuine."""
        rows = [_passkey(each) for each in found]
        marks = await self.keyservice.check(rows) if rows else []
        return [each for each, genuine in zip(found, marks, strict=True) if genuine]

    async def enrolment(self, enrolment: Enrolment) -> Enrolment:
        """Return an enrolment with its mark, ready to be kept."""
        (mac,) = await self.keyservice.authenticate([_enrolment(enrolment)])
        return replace(enrolment, mac=mac)

    async def genuine_enrolment(self, found: Enrolment | None) -> Enrolment | None:
        """Return an enrolment only when the bank made it."""
        if found is None:
            return None
        (genuine,) = await self.keyservice.check([_enrolment(found)])
        return found if genuine else None

    async def link(self, link: CityLink) -> CityLink:
        """Return a link with its mark, ready to be kept."""
        (mac,) = await self.keyservice.authenticate([_link(link)])
        return replace(link, mac=mac)

    async def genuine_link(self, found: CityLink | None) -> CityLink | None:
        """Return a link only when the bank made it."""
        if found is None:
            return None
        (genuine,) = await self.keyservice.check([_link(found)])
        return found if genuine else None


def _passkey(passkey: Passkey) -> Row:
    return Row(RowKind.PASSKEY, passkey_bytes(passkey), passkey.mac)


def _enrolment(enrolment: Enrolment) -> Row:
    return Row(RowKind.ENROLMENT, enrolment_bytes(enrolment), enrolment.mac)


def _link(link: CityLink) -> Row:
    return Row(RowKind.CITY_LINK, link_bytes(link), link.mac)
