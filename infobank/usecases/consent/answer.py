"""Answer an inquiry: count it, decide, record, and only then open; the records stay inside."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from infobank.clock import Clock, day_in
from infobank.consent.answers.answer import answer
from infobank.consent.answers.budget import SPENT, affords, given_by
from infobank.consent.answers.inquiry import Asked, Inquiry
from infobank.consent.answers.statement import TYP, Statement
from infobank.consent.decision import Decision, Effect, refusing
from infobank.consent.question import DisclosureRequest, Question
from infobank.db.consenting import answers
from infobank.db.unit import Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import InvalidInputError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.consent.disclose import Disclose, Disclosure
from infobank.usecases.consent.grounds import Grounds
from infobank.usecases.decisions.entries import decision_entry
from infobank.usecases.signing import Sign
from infobank.vocabulary.precision import NumberStep
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class Told:
    """What came of an asking: why it was refused, or the answer and the bank's word for it.

    `disclosure` holds the consent while the answer leaves; None where nothing was opened.
    """

    decision: Decision
    disclosure: Disclosure | None = None
    statement: Statement | None = None
    signed: str = ""


@dataclass(frozen=True)
class AnswerInquiry:
    """Tell a recipient what an approved inquiry answers, under a consent to answers."""

    units: Units
    record: Record
    disclose: Disclose
    sign: Sign
    clock: Clock
    entropy: Entropy
    policies: Policies
    inquiries: Mapping[str, Inquiry]
    issuer: str
    zone: str

    def asked(self, code: str, parameters: Mapping[str, int]) -> Asked:
        """Return an inquiry with its parameters, as it is understood today.

        Raises:
            InvalidInputError: there is no such inquiry, or its parameters are others.
        """
        inquiry = self.inquiries.get(code)
        if inquiry is None:
            known = ", ".join(sorted(self.inquiries))
            raise InvalidInputError(f"unknown inquiry; known are {known}", field="inquiry")
        return inquiry.ask(parameters, day_in(self.zone, self.clock.now()))

    @asynccontextmanager
    async def __call__(
        self, request: DisclosureRequest, grounds: Grounds, asked: Asked, nonce: str
    ) -> AsyncIterator[Told]:
        """Count, decide, record, open and compute; the answer is released inside the block.

        `request` asks for what the inquiry reads.  What is refused counts for nothing; what
        breaks off after it was counted stays counted.

        Raises:
            UnavailableError: the log, the database or the keys are away; nothing is released.
            SealBrokenError: what is stored is not what was deposited.
        """
        answer_id = new_uuid(self.entropy)
        refusal = await self._count(request, grounds, asked, answer_id)
        if refusal is not None:
            yield Told(refusal)
            return
        async with self.disclose(request, grounds) as disclosure:
            if not disclosure.decision.permitted or disclosure.category is None:
                await self._take_back(request, answer_id)
                yield Told(disclosure.decision, disclosure)
                return
            statement = self._statement(request, disclosure, asked, nonce)
            signed = await self.sign(TYP, statement.claims())
            yield Told(disclosure.decision, disclosure, statement, signed)

    async def _count(
        self, request: DisclosureRequest, grounds: Grounds, asked: Asked, answer_id: UUID
    ) -> Decision | None:
        """Count the asking as answered; or record, and return, the refusal that it met."""
        resident, provider = request.resident, request.recipient.provider
        since = asked.today - timedelta(asked.inquiry.stretch_days)
        category = asked.inquiry.category
        async with self.units() as unit:
            earlier = await answers.earlier(unit, resident, provider, category, since)
            refusal = None
            if affords(asked, earlier):
                await answers.add(unit, resident, provider, answer_id, given_by(asked))
            else:
                question = grounds.question(request, self.policies, self.clock.now())
                refusal = _refusal(question)
                await self.record(unit, decision_entry(answer_id, question, refusal))
            await unit.commit()
        return refusal

    async def _take_back(self, request: DisclosureRequest, answer_id: UUID) -> None:
        async with self.units() as unit:
            await answers.take_back(unit, request.resident, answer_id)
            await unit.commit()

    def _statement(
        self, request: DisclosureRequest, disclosure: Disclosure, asked: Asked, nonce: str
    ) -> Statement:
        field = self.policies.category(asked.inquiry.category).field(asked.inquiry.field)
        banded = disclosure.item.precision.number is NumberStep.BAND
        return Statement(
            issuer=self.issuer,
            provider=request.recipient.provider,
            subject=disclosure.subject,
            request=disclosure.request_id,
            consent=disclosure.decision.consent_id,
            nonce=nonce,
            at=self.clock.now(),
            asked=asked,
            field=field,
            answer=answer(asked, disclosure.columns, field.band if banded else 1),
        )


def _refusal(question: Question) -> Decision:
    """Return the refusal for having asked too often or too closely, with all other reasons."""
    consent = question.consent
    return Decision(
        effect=Effect.DENY,
        reasons=(*refusing(question), SPENT),
        obligations=(),
        consent_id=consent.consent_id if consent else None,
        consent_version=consent.version if consent else 0,
        policy_digest=question.policies.digest,
    )
