"""Put requests at the rights desk in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from infobank.accounts.rights import RightsRequest, Status
from infobank.usecases.rights.report import Said
from infobank.usecases.rights.sealing import Told
from infobank.vocabulary.category import Category, TimeUnit, clock_text
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.standing import EVERYTHING
from infobank.vocabulary.text.language import WRITTEN, Text
from infobank.web.portal import formats
from infobank.web.portal.texts import Words
from infobank.web.portal.views.resident.rights import RequestCard, StepLine
from infobank.web.portal.views.steward.corrections import WaitingCorrection


@dataclass(frozen=True)
class RightsWriter:
    """Write requests as of one day; `providers` names providers by their identifier's text."""

    words: Words
    policies: Policies
    providers: Mapping[str, Text]
    today: date

    def card(
        self, request: RightsRequest, told: Told | None, said: Said | None = None
    ) -> RequestCard:
        """Return one request with its steps; `said` is what stands in a report."""
        fetchable = request.fetchable(self.today)
        return RequestCard(
            request=str(request.request_id),
            right=request.right,
            status=request.status,
            asked_at=request.asked_at,
            due=request.due,
            overdue=request.overdue(self.today),
            by_guardian=request.by is GivenBy.GUARDIAN,
            about=self._about(request, told, said),
            steps=tuple(
                StepLine(step.at, step.status, self.words.known(f"actor.{step.by}", step.by))
                for step in request.steps
            ),
            reason=self.words.known(f"refusal.{request.reason}", request.reason)
            if request.reason
            else None,
            fetch_until=request.due if fetchable else None,
            liftable=request.status is Status.STANDING,
            entry=str(said.reported.entry) if said else "",
            note=said.reported.note if said else "",
            answer=said.answer if said else "",
        )

    def waiting(self, request: RightsRequest, told: Told) -> WaitingCorrection:
        """Return one correction as the steward sees it."""
        category = self.policies.category(told.category)
        return WaitingCorrection(
            request=str(request.request_id),
            category=category.label,
            label=category.field(told.field).label,
            observed=told.observed,
            time=_time(category, told),
            note=told.note,
            asked_at=request.asked_at,
            due=request.due,
            overdue=request.overdue(self.today),
            by_guardian=request.by is GivenBy.GUARDIAN,
        )

    def category(self, code: str) -> Text:
        """Return what a restriction freezes."""
        if code == EVERYTHING:
            return self.words("rights.everything")
        return self.policies.category(code).label

    def use(self, provider: str, purpose: str) -> Text:
        """Return whom and what an objection is against."""
        known = self.policies.purposes.get(purpose)
        name = self.providers.get(provider, Text(provider, provider))
        label = known.label if known else Text(purpose, purpose)
        return self.words("rights.use", name=name, purpose=label)

    def _about(
        self, request: RightsRequest, told: Told | None, said: Said | None
    ) -> tuple[Text, ...]:
        subject = request.subject
        if said is not None:
            return (self.words("rights.entry", entry=said.reported.entry),)
        if told is not None:
            return (self._value(told),)
        if subject.category:
            return (self.category(subject.category),)
        if subject.provider is not None:
            return (self.use(str(subject.provider), subject.purpose),)
        return ()

    def _value(self, told: Told) -> Text:
        category = self.policies.category(told.category)
        time = _time(category, told)
        days = (formats.show_day(told.observed, language) for language in WRITTEN)
        return self.words(
            "rights.value",
            category=category.label,
            field=category.field(told.field).label,
            day=Text(*(f"{day} {time}".strip() for day in days)),
        )


def _time(category: Category, told: Told) -> str:
    return clock_text(told.minute) if category.time is TimeUnit.MINUTE else ""
