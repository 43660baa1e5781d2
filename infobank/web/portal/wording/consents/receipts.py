"""Put a receipt in words, all of it in one language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from infobank.consent.exchange.receipt import Receipt
from infobank.consent.exchange.spelling import Speller
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.language import Language
from infobank.vocabulary.text.words import Phrasebook
from infobank.web.portal import formats
from infobank.web.portal.addresses import address
from infobank.web.portal.views.resident.consents import ReceiptLine, ReceiptPage


@dataclass(frozen=True)
class ReceiptWriter:
    """Write receipts in one language, under the rules and in the zone of this bank."""

    policies: Policies
    phrases: Phrasebook
    language: Language
    zone: str

    def page(self, receipt: Receipt) -> ReceiptPage:
        """Return a receipt as it is printed."""
        speller = Speller(self.policies, self.phrases, self.language, self.zone, self._day)
        spelled = speller.spell(receipt.consent.terms)
        return ReceiptPage(
            consent=receipt.consent.consent_id,
            language=self.language,
            title=self._say("receipt.title"),
            head=tuple(self._head(receipt)),
            terms=tuple(ReceiptLine(each.label, each.lines) for each in spelled),
            foot=tuple(self._foot(receipt)),
        )

    def _head(self, receipt: Receipt) -> Iterator[ReceiptLine]:
        consent = receipt.consent
        state = consent.state(receipt.issued_at)
        yield self._line("number", str(receipt.receipt_id))
        yield self._line("issued", self._instant(receipt.issued_at))
        yield self._line("consent", f"{consent.consent_id} ({consent.version})")
        yield self._line("state", self._say(f"state.{state}"))
        yield self._line("bank", receipt.controller.name.in_(self.language))
        yield self._line("recipient", receipt.recipient.name.in_(self.language))
        yield self._line("principal", receipt.principal)

    def _foot(self, receipt: Receipt) -> Iterator[ReceiptLine]:
        site, consent = receipt.site, receipt.consent.consent_id
        happened = (
            f"{self._instant(event.at)} {self._say(f'event.{event.happening}')}"
            f" ({self._say(f'by.{event.by}')})"
            for event in receipt.events
        )
        yield self._line("history", *happened)
        where = self._say("receipt.withdraw_by", address=receipt.withdrawal)
        yield self._line("withdrawal", where)
        signed = f"{site}{address('receipt_file', consent=consent)}"
        keys = f"{site}/oauth/jwks"
        yield self._line("check", self._say("receipt.check_by", receipt=signed, keys=keys))

    def _line(self, name: str, *says: str) -> ReceiptLine:
        return ReceiptLine(self._say(f"receipt.{name}"), says)

    def _day(self, day: date) -> str:
        return formats.show_day(day, self._written)

    def _instant(self, at: datetime) -> str:
        return formats.show_instant(at, self._written, ZoneInfo(self.zone))

    @property
    def _written(self) -> Language:
        """The language in which days are written: easy Japanese writes them as Japanese does."""
        return Language.EN if self.language is Language.EN else Language.JA

    def _say(self, key: str, **parts: object) -> str:
        return self.phrases.say(key, self.language, **parts)
