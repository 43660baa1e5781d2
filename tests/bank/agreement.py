"""A consent of one resident, the permit it leads to, and what is asked of the key service."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from provider_client import FIELDS, register
from running_bank import BankServer

from infobank.accesslog.entry import Entry, EntryKind, EntryRef
from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent
from infobank.consent.decision import Decision, decide
from infobank.consent.question import DisclosureRequest, Question
from infobank.entropy import SystemEntropy, new_uuid
from infobank.usecases.consent.disclose import Wish, wanted_item
from infobank.usecases.consent.grounds import recipient_of
from infobank.usecases.decisions.entries import decision_entry
from infobank.usecases.vault.keyservice import KeyService, Wanted
from infobank.vocabulary.identifiers import ResidentId

CATEGORY = "daily_activity"


@dataclass(frozen=True)
class Agreement:
    """A live consent of a resident, with its recipient."""

    server: BankServer
    resident: ResidentId
    consent: Consent
    provider: Provider

    @property
    def keyservice(self) -> KeyService:
        """The key service as a web worker reaches it."""
        return self.server.bank.holdings.keyservice

    @property
    def number(self) -> int:
        """The category's number in keys and blocks."""
        return self.server.bank.policies.category(CATEGORY).number

    def asked(self) -> tuple[Question, Decision]:
        """Return a request under the consent, and what is decided about it."""
        bank, terms = self.server.bank, self.consent.terms
        request = DisclosureRequest(
            self.resident,
            recipient_of(self.provider, bank.policies),
            terms.purpose,
            wanted_item(self.consent, Wish(CATEGORY, FIELDS)),
            terms.mode,
        )
        question = Question(request, self.consent, bank.policies, bank.clock.now())
        return question, decide(question)

    def permit(self, now: datetime | None = None) -> Entry:
        """Return the entry that permits the request."""
        question, decision = self.asked()
        assert decision.permitted
        at = replace(question, now=now or question.now)
        return decision_entry(new_uuid(SystemEntropy()), at, decision)

    def recorded(self, entry: Entry) -> EntryRef:
        """Record an entry, durably."""

        async def work() -> EntryRef:
            deposit = self.server.bank.deposit
            async with deposit.units() as unit:
                (ref,) = await deposit.record(unit, entry)
                await unit.commit()
            return ref

        return self.server.run(work())

    def wanted(self, ref: EntryRef, **changed: object) -> Wanted:
        """Return what is asked for with an entry; keyword arguments replace parts."""
        usual = Wanted(self.resident, self.number, ref, self.consent.consent_id)
        return replace(usual, **changed)  # type: ignore[arg-type]

    def release(self, *wanted: Wanted) -> Sequence[bytes]:
        """Ask for keys."""
        return self.server.run(self.keyservice.release(wanted))


def agree(server: BankServer, handle: str = "hanako") -> Agreement:
    """Let a resident consent to a fresh provider."""
    register(server).tokens(handle)
    home = server.residents[handle]
    consent, provider = server.run(server.bank.review.of_resident(home))[0]
    return Agreement(server, home, consent, provider)


def alarms(server: BankServer) -> list[str]:
    """Return what every alarm in the log is about, oldest first."""
    return [str(each.fields["what"]) for each in server.recorded(EntryKind.ALARM)]
