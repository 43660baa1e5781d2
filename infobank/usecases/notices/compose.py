"""Compose what a recipient is sent: a Security Event Token for each genuine notice."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from infobank.consent.ending.notice import Notice
from infobank.oauth.events.token import TYPE, SecurityEvent
from infobank.usecases.notices.notify import genuine_notices
from infobank.usecases.signing import Sign
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import NoticeId, ProviderId


@dataclass(frozen=True)
class Compose:
    """Sign notices; composed again, a notice is the same text to the last sign."""

    keyservice: KeyService
    sign: Sign
    issuer: str

    async def __call__(self, notices: Sequence[Notice]) -> dict[NoticeId, str]:
        """Return the signed token of each notice.

        One that was written by SQL, and not by the bank, is left out: nobody is told to delete
        anything by it, and the key service has sounded its alarm.
        """
        named = await genuine_notices(self.keyservice, notices)
        genuine = [each for each in notices if each.notice_id in named]
        subjects = await self._subjects(genuine)
        return {
            each.notice_id: await self.sign(
                TYPE, self._event(each, subjects[each.notice_id]).claims()
            )
            for each in genuine
        }

    async def _subjects(self, notices: Sequence[Notice]) -> dict[NoticeId, str]:
        groups: dict[ProviderId, list[Notice]] = defaultdict(list)
        for notice in notices:
            groups[notice.provider].append(notice)
        found: dict[NoticeId, str] = {}
        for provider, group in groups.items():
            names = await self.keyservice.pairwise(provider, [each.resident for each in group])
            found.update((each.notice_id, name) for each, name in zip(group, names, strict=True))
        return found

    def _event(self, notice: Notice, subject: str) -> SecurityEvent:
        return SecurityEvent(
            issuer=self.issuer,
            audience=str(notice.provider),
            identifier=str(notice.notice_id),
            issued_at=notice.made_at,
            subject=subject,
            event=notice.kind.value,
            grant=str(notice.consent),
            items=notice.items,
            delete_by=notice.deadline if notice.deletes else None,
        )
