"""Let a recipient fetch its notices (RFC 8936)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from infobank.clock import Clock
from infobank.db.notices import outbox
from infobank.db.unit import Units
from infobank.oauth.client import Client
from infobank.usecases.accesslog.record import Record
from infobank.usecases.notices.compose import Compose
from infobank.usecases.notices.entries import acknowledge
from infobank.vocabulary.identifiers import NoticeId

MOST_EVENTS = 50
"""Notices in one answer."""


@dataclass(frozen=True)
class Polled:
    """The signed tokens by `jti`, and whether more wait."""

    tokens: Mapping[str, str]
    more: bool


@dataclass(frozen=True)
class PollNotices:
    """Take a recipient's acknowledgements, then give it what it has not acknowledged.

    An acknowledgement that got lost only brings the same notice again, under the same `jti`.
    """

    units: Units
    record: Record
    compose: Compose
    clock: Clock

    async def __call__(
        self, client: Client, known: Sequence[str], refused: Mapping[str, str], most: int
    ) -> Polled:
        """Note which notices are `known` and which `refused` (`jti` to code), give up to `most`.

        A `jti` that is unknown, or another recipient's, is passed over in silence.
        """
        await self._take(client, known, refused)
        async with self.units() as unit:
            limit = min(most, MOST_EVENTS)
            found = await outbox.waiting(unit, client.provider_id, limit + 1)
            tokens = await self.compose(found[:limit])
            sent = [each for each in found if each.notice_id in tokens]
            await outbox.delivered(unit, sent, self.clock.now())
            await unit.commit()
        return Polled({str(each): token for each, token in tokens.items()}, len(found) > limit)

    async def _take(self, client: Client, known: Sequence[str], refused: Mapping[str, str]) -> None:
        named = _notices(*known, *refused)
        if not named:
            return
        now = self.clock.now()
        async with self.units() as unit:
            for each in await outbox.locked(unit, client.provider_id, named):
                code = refused.get(str(each.notice.notice_id))
                if code is None:
                    await acknowledge(unit, self.record, each.notice, now)
                else:
                    await outbox.refuse(unit, each.notice, code)
            await unit.commit()


def _notices(*texts: str) -> list[NoticeId]:
    """Return the notices that texts name, as we write them; others name none of ours."""
    found = []
    for text in texts:
        try:
            named = UUID(text)
        except ValueError:
            continue
        if str(named) == text:
            found.append(NoticeId(named))
    return found
