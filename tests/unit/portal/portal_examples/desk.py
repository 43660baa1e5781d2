"""Examples of the rights desk's pages."""

from dataclasses import replace
from datetime import date, timedelta

from portal_examples.residents import ACTIVITY, NOW, STEPS, TODAY, WALK, both, uuid

from infobank.accounts.rights import Right, Status
from infobank.web.portal.views.resident.rights import (
    ClosedPage,
    ClosurePage,
    CorrectionFormPage,
    CorrectionPage,
    Option,
    RequestCard,
    RightsPage,
    RightsRequestPage,
    StepLine,
    StopPage,
)
from infobank.web.portal.views.steward.corrections import CorrectionsPage, WaitingCorrection

YOU = both("あなた", "You")


def card(number: int, right: Right, status: Status, **parts: object) -> RequestCard:
    steps = (StepLine(NOW, Status.RECEIVED, YOU), StepLine(NOW, status, YOU))
    return RequestCard(
        request=str(uuid(50 + number)),
        right=right,
        status=status,
        asked_at=NOW,
        due=TODAY + timedelta(days=30),
        overdue=bool(parts.pop("overdue", False)),
        by_guardian=bool(parts.pop("by_guardian", False)),
        about=(both("歩数", "<b>Steps</b>"),),
        steps=steps,
        **parts,
    )


CARDS = (
    card(1, Right.EXPORT, Status.READY, fetch_until=TODAY),
    card(2, Right.CORRECTION, Status.REFUSED, reason=both("ありません", "Not held")),
    card(3, Right.CORRECTION, Status.RECEIVED, overdue=True, by_guardian=True),
    card(4, Right.RESTRICTION, Status.STANDING, liftable=True),
    card(5, Right.OBJECTION, Status.LIFTED),
    card(6, Right.CLOSURE, Status.CARRIED_OUT),
    card(7, Right.REPORT, Status.ANSWERED, entry="12", note="<i>why?</i>", answer="So: <b>"),
)
OPTIONS = (
    Option("*", both("すべて", "Everything")),
    Option("daily_activity", ACTIVITY, standing=True),
)
FORM = CorrectionFormPage(
    category_code="daily_activity",
    field_code="steps",
    category=ACTIVITY,
    label=STEPS,
    unit="steps",
    codes=(),
    timed=False,
    at_once=True,
    typed={"observed": "2026-09-30"},
)
CODED = replace(
    FORM,
    codes=(Option("walk", both("徒歩", "On foot")),),
    timed=True,
    at_once=False,
    typed={"note": "</textarea>", "value": "walk"},
    fault="value",
)
WAITING = WaitingCorrection(
    str(uuid(60)), ACTIVITY, STEPS, TODAY, "08:30", "<i>note</i>", NOW, TODAY, True, True
)
REASONS = (Option("not_wrong", both("正しい", "It is right")),)
CLOSED = ClosedPage(str(uuid(80)), NOW, TODAY, date(2029, 11, 21), '{"format": "<x>"}', "00" * 64)


def desk_pages() -> tuple[tuple[str, str, str, object], ...]:
    """Return label, page, path and view of every page of a resident at the desk."""
    stops = StopPage
    return (
        ("rights", "rights", "/rights", RightsPage(CARDS)),
        ("rights_empty", "rights", "/rights", RightsPage(())),
        *(
            (
                f"request_{each.status}_{each.right}",
                "rights_request",
                "/rights/requests/1",
                RightsRequestPage(each),
            )
            for each in CARDS
        ),
        (
            "correction",
            "correction",
            "/rights/correction",
            CorrectionPage((Option("x", ACTIVITY, STEPS, "/rights/correction?category=x"),)),
        ),
        (
            "correction_field",
            "correction",
            "/rights/correction",
            CorrectionPage((Option("x", STEPS, None, "/x"),), ACTIVITY),
        ),
        ("correction_none", "correction", "/rights/correction", CorrectionPage(())),
        ("correction_form", "correction_form", "/rights/correction", FORM),
        ("correction_coded", "correction_form", "/rights/correction", CODED),
        ("restriction", "restriction", "/rights/restriction", stops(Right.RESTRICTION, OPTIONS)),
        (
            "restriction_missing",
            "restriction",
            "/rights/restriction",
            stops(Right.RESTRICTION, OPTIONS, missing=True),
        ),
        (
            "objection",
            "objection",
            "/rights/objection",
            stops(Right.OBJECTION, (Option("a:b", WALK.name),)),
        ),
        ("closure", "closure", "/rights/closure", ClosurePage()),
        ("closure_missing", "closure", "/rights/closure", ClosurePage(missing=True)),
        ("closed", "closed", "/rights/closure", CLOSED),
        (
            "closed_dated",
            "closed",
            "/rights/closure",
            replace(CLOSED, provision_until=None),
        ),
    )


def stewards_pages() -> tuple[tuple[str, str, str, object], ...]:
    """Return label, page, path and view of the steward's pages at the desk."""
    page = CorrectionsPage
    return (
        ("corrections", "corrections", "/steward/corrections", page((WAITING,), REASONS)),
        (
            "corrections_missing",
            "corrections",
            "/steward/corrections",
            page((WAITING,), REASONS, WAITING.request),
        ),
        ("corrections_none", "corrections", "/steward/corrections", page((), REASONS)),
    )
