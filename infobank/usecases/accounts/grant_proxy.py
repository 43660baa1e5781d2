"""Let somebody act for a resident, on proof shown to two stewards."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from infobank.accounts.account import Account
from infobank.accounts.approval import Act, Approval
from infobank.accounts.majority import comes_of_age
from infobank.accounts.proxy import Proxy, Scope
from infobank.clock import day_begins
from infobank.db import accounts
from infobank.db.consenting.households import kept_circumstances
from infobank.db.rights import proxies
from infobank.db.unit import Unit
from infobank.entropy import new_uuid
from infobank.errors import ConflictError, InvalidInputError
from infobank.usecases.accounts.approvals import Ask, Done
from infobank.usecases.accounts.proxies import OPERATOR, label_context
from infobank.usecases.circumstances import MarkCircumstances
from infobank.usecases.vault.keyservice import KeyService
from infobank.vault.envelope import seal
from infobank.vocabulary.identifiers import AccountId, ResidentId
from infobank.vocabulary.rules.house import HouseRules

YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Standing:
    """What a proxy would be for: the acts, until when, and what the proxy calls the resident.

    `born` is the birthday of a minor: with her majority the proxy ends, and only what a
    guardian agrees to counts until then.  An adult's is left out.
    """

    scopes: frozenset[Scope]
    valid_until: datetime
    label: str = ""
    born: date | None = None


@dataclass(frozen=True)
class GrantProxy:
    """Ask for a proxy, and establish it when that was approved."""

    ask: Ask
    keyservice: KeyService
    house: HouseRules
    tenant: UUID
    zone: str

    async def __call__(self, ward: str, guardian: str, standing: Standing, by: Account) -> Approval:
        """Ask that who signs in as `guardian` may act for who signs in as `ward`.

        INVARIANT: for a minor it ends as she comes of age by its own last day, which its label
        is bound to: whoever changes her majority past the bank keeps no guardian on.

        Raises:
            InvalidInputError: one of them is no resident who signs in, both are one, or the
                proxy would be for nothing, end before it begins, or hold longer than the
                house allows.
            NotFoundError: who asks is no steward.
        """
        now = self.ask.clock.now()
        (for_whom, _), (who, account) = await self._residents(ward, guardian)
        if for_whom == who:
            raise InvalidInputError("nobody is a proxy for themselves", field="guardian")
        if standing.valid_until > now + self.house.proxy_years * YEAR:
            raise InvalidInputError("longer than a proxy may act; ask anew then", field="until")
        new = self._majority(standing.born, now)
        majority = new or await self._kept_majority(for_whom, now)
        proxy = Proxy(
            proxy_id=new_uuid(self.ask.entropy),
            resident=for_whom,
            account=account,
            scopes=standing.scopes,
            given_at=now,
            valid_until=min(standing.valid_until, majority or standing.valid_until),
            given_by=OPERATOR,
            label=standing.label,
        )
        document = {
            "resident": str(for_whom),
            "guardian": str(who),
            "account": str(account),
            "proxy": str(proxy.proxy_id),
            "scopes": ",".join(sorted(proxy.scopes)),
            "until": proxy.valid_until.isoformat(),
        }
        if new is not None:
            document["of_age_from"] = new.isoformat()
        key = (await self.keyservice.open([who]))[who].manifest_key()
        label = seal(key, label_context(self.tenant, proxy), standing.label.encode())
        return await self.ask(Act.PROXY, by, document, {"label": label.hex()})

    async def carry_out(self, unit: Unit, approval: Approval, now: datetime) -> Done:
        """Establish the proxy, and keep until when its resident is a minor.

        Raises:
            ConflictError: the resident's data is being erased.
            InvalidInputError: it would have ended by now.
        """
        document = approval.document
        resident = ResidentId(UUID(document["resident"]))
        if not await accounts.lock_residents(unit, [resident]):
            raise ConflictError("this resident is gone")
        proxy = Proxy(
            proxy_id=UUID(document["proxy"]),
            resident=resident,
            account=AccountId(UUID(document["account"])),
            scopes=frozenset(Scope(scope) for scope in document["scopes"].split(",")),
            given_at=now,
            valid_until=datetime.fromisoformat(document["until"]),
            given_by=OPERATOR,
        )
        if "of_age_from" in document:
            majority = datetime.fromisoformat(document["of_age_from"])
            mac = await MarkCircumstances(self.keyservice).majority(resident, majority)
            await accounts.keep_majority(unit, resident, majority, mac)
        await proxies.add(unit, proxy, bytes.fromhex(approval.sealed["label"]))
        return Done({"scopes": document["scopes"], "until": document["until"]})

    def _majority(self, born: date | None, now: datetime) -> datetime | None:
        if born is None:
            return None
        majority = day_begins(self.zone, comes_of_age(born, self.house.of_age_years))
        if majority <= now:
            raise InvalidInputError("who has come of age is no minor", field="born")
        return majority

    async def _kept_majority(self, resident: ResidentId, now: datetime) -> datetime | None:
        """Return when a resident comes of age who is a minor now."""
        async with self.ask.units() as unit:
            kept = (await kept_circumstances(unit, [resident]))[resident]
        return kept.of_age_from if kept.of_age_from and now < kept.of_age_from else None

    async def _residents(self, *handles: str) -> list[tuple[ResidentId, AccountId]]:
        named = [("handle", handle) for handle in handles]
        indexes = await self.keyservice.index("sign-in", named)
        async with self.ask.units() as unit:
            return [await accounts.resident_account(unit, index) for index in indexes]
