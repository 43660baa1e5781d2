"""Come in by the city's own sign-in (OpenID Connect Core 1.0, code with PKCE)."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from infobank.accounts.account import Account
from infobank.accounts.entrance.challenge import CITY_LIFE, Challenge, CityVisit, Purpose
from infobank.accounts.entrance.device import Device
from infobank.accounts.entrance.errors import CityRefusedError, LastWayError, UnlinkedError
from infobank.accounts.entrance.link import CityLink
from infobank.accounts.entrance.session import Session, Way
from infobank.clock import Clock
from infobank.db.entrance import challenges, links, passkeys
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy
from infobank.errors import ConflictError, InvalidInputError, NotFoundError
from infobank.oauth.city.client import Answer, Call, CityClient, Endpoints
from infobank.oauth.city.idtoken import LEEWAY, UnknownKeyError, subject
from infobank.oauth.token import new_secret, secret_hash
from infobank.usecases.accesslog.record import Record
from infobank.usecases.entrance import entries
from infobank.usecases.entrance.enrolments import Enrolments
from infobank.usecases.entrance.marks import Marks
from infobank.usecases.entrance.sessions import Sessions

MakeCall = Callable[[Call], Awaitable[Answer]]
"""Call the provider; `UnavailableError` when it does not answer."""


@dataclass
class Known:
    """What the provider last said of itself; asked for again when it does not do."""

    endpoints: Endpoints | None = None
    keys: Mapping[str, object] = field(default_factory=dict)
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True)
class Return:
    """What came of a visit: where the reader goes on, and in which session.

    `secret` is a new session's cookie; None where she was signed in before.
    """

    purpose: Purpose
    session: Session
    wanted: str
    secret: str | None = None


@dataclass(frozen=True)
class City:
    """Send people to the city's sign-in, and believe what they bring back."""

    units: Units
    marks: Marks
    record: Record
    clock: Clock
    entropy: Entropy
    sessions: Sessions
    enrolments: Enrolments
    client: CityClient
    call: MakeCall
    known: Known = field(default_factory=Known)

    async def discover(self) -> Endpoints:
        """Return where the provider is asked for what; asked once, when the bank starts.

        Raises:
            UnavailableError: it does not answer.
            CityRefusedError: what it says of itself is not what was set.
        """
        async with self.known.asking:
            if self.known.endpoints is None:
                document = (await self.call(self.client.discovery)).document()
                self.known.endpoints = self.client.endpoints(document)
            return self.known.endpoints

    async def leave(
        self,
        purpose: Purpose,
        wanted: str,
        *,
        session: tuple[str, Session] | None = None,
        code: str | None = None,
    ) -> tuple[str, str]:
        """Return where the browser goes, and the secret that it keeps in a cookie meanwhile.

        `session` (its cookie's secret, and itself) is whose way in it will be, `code` with
        which one is begun.

        Raises:
            UnavailableError: the provider does not answer.
            CodeRefusedError: the code does not count.
            StepUpError: a link is asked for, and the last proof is too old.
        """
        endpoints = await self._asked(self.discover())
        if purpose is Purpose.ADD and session:
            self.sessions.demand_fresh(session[1])
        halves = (await self.enrolments.look(code)).halves if code else None
        state, browser = new_secret(self.entropy), new_secret(self.entropy)
        visit = CityVisit(
            challenge=Challenge(
                purpose,
                self.clock.now() + CITY_LIFE,
                session[1].account.account_id if session else None,
                secret_hash(session[0]) if session else None,
            ),
            browser_hash=secret_hash(browser),
            nonce=new_secret(self.entropy),
            halves=halves,
            wanted=wanted,
        )
        async with self.units() as unit:
            await challenges.leave(unit, secret_hash(state), visit)
            await unit.commit()
        anew = purpose in {Purpose.CONFIRM, Purpose.ADD}
        return self.client.leave(endpoints, state, visit.nonce, browser, anew=anew), browser

    async def come_back(
        self,
        state: str,
        code: str,
        browser: str,
        device: Device,
        session: tuple[str, Session] | None = None,
    ) -> Return:
        """Take what the browser brings back, once.

        Raises:
            CityRefusedError: the visit is unknown, used, over, or was another browser's or
                session's; or the provider does not stand by it.
            UnlinkedError: nobody here belongs to this person at the city.
            UnavailableError: the provider does not answer.
        """
        visit = await self._visit(state, browser, session)
        who, proven = await self._who(code, browser, visit.nonce)
        index = await self._index(who)
        purpose = visit.challenge.purpose
        if purpose is Purpose.SIGN_IN:
            secret, begun = await self._sign_in(index, device)
            return Return(purpose, begun, visit.wanted, secret)
        if purpose is Purpose.ENROL:
            secret, begun = await self._enrol(visit, index, device)
            return Return(purpose, begun, visit.wanted, secret)
        if session is None:
            raise CityRefusedError("nobody is signed in")
        self._check_anew(proven, visit)
        if purpose is Purpose.ADD:
            await self._link(session[1].account, index)
            return Return(purpose, session[1], visit.wanted)
        return Return(purpose, await self._confirm(session, index), visit.wanted)

    async def of(self, account: Account) -> CityLink | None:
        """Return an account's link, when it is genuine."""
        async with self.units() as unit:
            found = await links.of_account(unit, account)
        return await self.marks.genuine_link(found)

    async def unlink(self, session: Session) -> None:
        """Let the city's sign-in lead to an account no more.

        Raises:
            NotFoundError: it does not.
            LastWayError: it is the only way in.
            StepUpError: the last proof is too old.
        """
        self.sessions.demand_fresh(session)
        account, now = session.account, self.clock.now()
        async with self.units() as unit:
            if not await passkeys.locked(unit, account.account_id):
                raise LastWayError("this is the only way in; make a passkey first")
            if not await links.remove(unit, account.account_id):
                raise NotFoundError("the city's sign-in is not linked")
            await self.record(unit, entries.changed(account, "city_unlinked", now))
            await unit.commit()

    async def _visit(
        self, state: str, browser: str, session: tuple[str, Session] | None
    ) -> CityVisit:
        now = self.clock.now()
        async with self.units() as unit:
            visit = await challenges.come_back(unit, secret_hash(state), now)
            await unit.commit()
        if visit is None or now >= visit.challenge.expires_at:
            raise CityRefusedError("no such visit, or not any more")
        # INVARIANT: who did not leave with this state in this browser does not come back with it.
        if not hmac.compare_digest(visit.browser_hash, secret_hash(browser)):
            raise CityRefusedError("another browser left")
        left = visit.challenge.session_hash
        mine = secret_hash(session[0]) if session else b""
        if left is not None and not hmac.compare_digest(left, mine):
            raise CityRefusedError("another session left")
        return visit

    async def _who(self, code: str, verifier: str, nonce: str) -> tuple[str, datetime | None]:
        """Return who signed in at the city, asking for its keys anew when one is unknown."""
        endpoints = await self._asked(self.discover())
        answer = await self.call(self.client.exchange(endpoints, code, verifier))
        try:
            token = self.client.id_token(answer)
            try:
                return subject(token, self.known.keys, self.client, nonce, self.clock.now())
            except UnknownKeyError:
                keys = (await self.call(Call(endpoints.keys))).document()
                self.known.keys = keys
                return subject(token, keys, self.client, nonce, self.clock.now())
        except InvalidInputError as error:
            raise CityRefusedError(error.detail or error.message) from None

    async def _asked(self, asking: Awaitable[Endpoints]) -> Endpoints:
        try:
            return await asking
        except InvalidInputError as error:
            raise CityRefusedError(error.message) from None

    async def _index(self, who: str) -> bytes:
        (index,) = await self.marks.keyservice.index("city", [(self.client.issuer, who)])
        return index

    async def _linked(self, index: bytes) -> Account:
        async with self.units() as unit:
            found = await links.one(unit, index)
        link = await self.marks.genuine_link(found)
        if link is None:
            raise UnlinkedError("no account is linked to this sign-in")
        return link.account

    async def _sign_in(self, index: bytes, device: Device) -> tuple[str, Session]:
        account, now = await self._linked(index), self.clock.now()
        async with self.units() as unit:
            begun = await self.sessions.begin(unit, account, Way.CITY, device, now)
            await unit.commit()
        return begun

    async def _enrol(self, visit: CityVisit, index: bytes, device: Device) -> tuple[str, Session]:
        if visit.halves is None:
            raise CityRefusedError("the visit was begun without a code")
        enrolment = await self.enrolments.found(visit.halves)
        link = await self._new_link(enrolment.account, index)

        async def keep(unit: Unit, _: datetime) -> None:
            await links.remove(unit, enrolment.account.account_id)
            await self._keep(unit, link)

        return await self.enrolments.use(enrolment, Way.CITY, device, keep)

    async def _link(self, account: Account, index: bytes) -> None:
        link = await self._new_link(account, index)
        async with self.units() as unit:
            await self._keep(unit, link)
            await unit.commit()

    async def _confirm(self, session: tuple[str, Session], index: bytes) -> Session:
        if await self._linked(index) != session[1].account:
            raise CityRefusedError("another person signed in at the city")
        async with self.units() as unit:
            proven = await self.sessions.prove(unit, *session, self.clock.now())
            await unit.commit()
        return proven

    async def _new_link(self, account: Account, index: bytes) -> CityLink:
        return await self.marks.link(CityLink(index, account, self.clock.now()))

    async def _keep(self, unit: Unit, link: CityLink) -> None:
        if not await links.add(unit, link):
            raise ConflictError("this person at the city, or this account, is linked already")
        await self.record(unit, entries.changed(link.account, "city_linked", link.made_at))

    def _check_anew(self, proven: datetime | None, visit: CityVisit) -> None:
        """Refuse a proof of before she left: somebody else may sit at the city's open session."""
        left = visit.challenge.expires_at - CITY_LIFE - LEEWAY
        if proven is None or proven < left:
            raise CityRefusedError("the city did not ask anew who it is")
