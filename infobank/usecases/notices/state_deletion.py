"""Take a recipient's signed statement that it deleted what it had received."""

from dataclasses import dataclass

from infobank.accesslog.entry import EntryKind
from infobank.clock import Clock
from infobank.consent.ending.notice import Followed
from infobank.db.notices import outbox
from infobank.db.unit import Units
from infobank.errors import NotFoundError
from infobank.oauth.client import Client
from infobank.oauth.events.statement import Expected, verify_statement
from infobank.usecases.accesslog.record import Record
from infobank.usecases.notices.entries import acknowledge, enter
from infobank.vocabulary.identifiers import NoticeId


@dataclass(frozen=True)
class StateDeletion:
    """Keep the statement as evidence; the resident sees it in her history."""

    units: Units
    record: Record
    clock: Clock
    issuer: str

    async def __call__(self, client: Client, notice_id: NoticeId, statement: str) -> Followed:
        """Keep a statement; whoever states twice changes nothing more.

        It acknowledges the notice too: nobody deletes what it was not told to.

        Raises:
            NotFoundError: this provider has no such notice.
            InvalidInputError: it is not this provider's signed word about this notice.
        """
        async with self.units() as unit:
            found = await outbox.locked(unit, client.provider_id, [notice_id])
            if not found:
                raise NotFoundError("you have no such notice")
            notice, now = found[0].notice, self.clock.now()
            expected = Expected(str(notice_id), str(notice.consent), notice.made_at)
            deleted_at = verify_statement(statement, client, self.issuer, expected, now)
            if await outbox.state(unit, notice, deleted_at, statement, now):
                await acknowledge(unit, self.record, notice, now)
                await enter(unit, self.record, EntryKind.DELETION_STATED, notice, now)
            (stated,) = await outbox.locked(unit, client.provider_id, [notice_id])
            await unit.commit()
        return stated
