"""Look at providers as whoever vets them does: in numbers, and by what the board decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from infobank.accounts.approval import Act, Approval
from infobank.accounts.provider import OWN_CLASSES, Provider
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.consenting import policies, provided
from infobank.db.consenting.provided import Held
from infobank.db.rights import approvals, requests
from infobank.db.unit import Units
from infobank.errors import NotFoundError
from infobank.usecases.consent.review import MOST_COUNTED
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.rules.board import BoardDecision
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class Vetted:
    """A provider, and what is known of it.

    `consents` counts by purpose.  `objections` counts the residents who
    object to it; `decisions` are those of the board that name it or its class, in force now;
    `asked` are other keys of it that wait for a second steward.
    """

    provider: Provider
    consents: Mapping[str, Held]
    objections: int
    decisions: Sequence[BoardDecision]
    asked: Sequence[Approval]


@dataclass(frozen=True)
class Decided:
    """A decision of the board, the SHA-256 of its file, and since when the bank goes by it.

    `since` is None where no rules that hold it were kept yet.
    """

    decision: BoardDecision
    digest: str
    since: datetime | None


@dataclass(frozen=True)
class Vetting:
    """Tell of one provider, or of what the board decided; no resident is named anywhere."""

    units: Units
    clock: Clock
    policies: Policies
    files: Mapping[str, bytes]
    most: int = MOST_COUNTED

    async def __call__(self, provider_id: ProviderId) -> Vetted:
        """Return one provider as its vetting sees it.

        Raises:
            NotFoundError: there is no such provider.
        """
        now = self.clock.now()
        async with self.units() as unit:
            provider = await accounts.provider_of(unit, provider_id)
            if provider is None or provider.kind in OWN_CLASSES:
                raise NotFoundError("there is no such provider")
            counts = await provided.held_by_purpose(
                unit, provider_id, self.policies.purposes, now, self.most
            )
            objections = await requests.objections_to(unit, provider_id)
            waiting = await approvals.waiting(unit, now)
        return Vetted(
            provider=provider,
            consents=counts,
            objections=objections,
            decisions=self.decisions_on(provider),
            asked=[each for each in waiting if _keys_of(each, provider_id)],
        )

    async def board(self) -> list[Decided]:
        """Return every decision of the board, those that end first before the others."""
        since = await self._since({_file(each) for each in self.policies.board})
        ordered = sorted(self.policies.board, key=lambda each: (each.valid_until, each.code))
        return [
            Decided(each, sha256(self.files[_file(each)]).hexdigest(), since.get(_file(each)))
            for each in ordered
        ]

    async def _since(self, paths: set[str]) -> Mapping[str, datetime]:
        """Return since when each file has stood as it stands now, without a break."""
        since: dict[str, datetime] = {}
        async with self.units() as unit:
            async for loaded_at, files in policies.versions(unit):
                paths = {each for each in paths if files.get(each) == self.files[each]}
                since |= dict.fromkeys(paths, loaded_at)
        return since

    def decisions_on(self, provider: Provider) -> list[BoardDecision]:
        """Return the board's decisions that name a provider or its class, and hold now."""
        now = self.clock.now()
        return [
            each
            for each in self.policies.board
            if each.valid_from <= now < each.valid_until
            and (provider.kind in each.classes or provider.provider_id in each.providers)
        ]


def _file(decision: BoardDecision) -> str:
    return f"board/{decision.code}.toml"


def _keys_of(approval: Approval, provider: ProviderId) -> bool:
    named = approval.document.get("provider") == str(provider)
    return named and approval.act is Act.PROVIDER_KEYS
