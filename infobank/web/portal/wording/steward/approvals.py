"""Put what waits for a second steward in words."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from infobank.accounts.approval import Act, Approval
from infobank.vocabulary.identifiers import AccountId
from infobank.vocabulary.text.language import Language, Text
from infobank.web.portal import formats
from infobank.web.portal.texts import Words
from infobank.web.portal.views.steward.approvals import ApprovalLine
from infobank.web.portal.wording.steward.vetting import key_names
from infobank.web.portal.wording.terms import TermsWriter

Fact = tuple[Text, Text]


@dataclass(frozen=True)
class ApprovalWriter:
    """Write for one steward what would be done; `providers` names providers by identifier."""

    words: Words
    terms: TermsWriter
    reader: AccountId
    providers: Mapping[str, Text]

    def line(self, approval: Approval) -> ApprovalLine:
        """Return one thing in short."""
        return ApprovalLine(
            approval=str(approval.approval_id),
            act=approval.act,
            asked_by=number_of(str(approval.asked_by)),
            asked_at=approval.asked_at,
            until=approval.lapses_at,
            own=approval.asked_by == self.reader,
            first=approval.by_provider,
        )

    def facts(self, approval: Approval) -> tuple[Fact, ...]:
        """Return what is known of what would be done; an assisted consent has its terms."""
        written: Mapping[Act, Callable[[Mapping[str, str]], Iterator[Fact]]] = {
            Act.PROVIDER_KEYS: self._keys,
            Act.PROXY: self._proxy,
            Act.RECOVERY: self._recovery,
        }
        write = written.get(approval.act)
        return tuple(write(approval.document)) if write else ()

    def _keys(self, document: Mapping[str, str]) -> Iterator[Fact]:
        named = document["provider"]
        yield self.words("approval.provider"), self.providers.get(named, _plain(named))
        yield (
            self.words("approval.kids"),
            _plain(", ".join(key_names(json.loads(document["jwks"])))),
        )

    def _proxy(self, document: Mapping[str, str]) -> Iterator[Fact]:
        yield self.words("approval.resident"), _plain(number_of(document["resident"]))
        yield self.words("approval.guardian"), _plain(number_of(document["guardian"]))
        scopes = [self.words(f"scope.{scope}") for scope in document["scopes"].split(",")]
        yield self.words("approval.scopes"), joined(scopes)
        yield self.words("approval.proxy_until"), self._day(document["until"])
        if "of_age_from" in document:
            yield self.words("approval.of_age"), self._day(document["of_age_from"])

    def _recovery(self, document: Mapping[str, str]) -> Iterator[Fact]:
        yield self.words("approval.account"), _plain(number_of(document["account"]))

    def _day(self, instant: str) -> Text:
        day = self.terms.last_day(datetime.fromisoformat(instant))
        return formats.in_words(day, formats.show_day)


def number_of(identifier: str) -> str:
    """Return the short number by which people at the desk name an account or a resident."""
    return identifier[:8]


def joined(texts: list[Text]) -> Text:
    """Return several texts as a list in words."""
    return Text(
        ja="、".join(text.ja for text in texts),
        en=", ".join(text.en for text in texts),
        easy="、".join(text.in_(Language.EASY) for text in texts),
    )


def _plain(text: str) -> Text:
    return Text(text, text)
