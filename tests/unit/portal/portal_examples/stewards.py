"""Examples of the steward's pages, and of the counter's."""

from dataclasses import replace
from datetime import date, timedelta

from portal_examples.own import SUMMARY
from portal_examples.residents import ACTIVITY, LINES, NOW, TODAY, WALK, both, terms, uuid

from infobank.accounts.approval import Act
from infobank.accounts.rights import Right, Status
from infobank.consent.consent import ConsentState
from infobank.consent.ending.notice import Afterwards
from infobank.vocabulary.counted import Counted
from infobank.vocabulary.identifiers import ConsentId
from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import Language
from infobank.web.portal.views.filled import FilledForm, Option
from infobank.web.portal.views.resident.consents import ReceiptLine, ReceiptPage
from infobank.web.portal.views.resident.terms import ChangedTerm, Said
from infobank.web.portal.views.shared import Certificate, ItemWords
from infobank.web.portal.views.steward.approvals import (
    ApprovalLine,
    ApprovalPage,
    ApprovalsPage,
    HalfPage,
)
from infobank.web.portal.views.steward.counter import (
    AskedBounds,
    AskedHere,
    AskedItem,
    BeginPage,
    CardPage,
    CodePage,
    CounterConsentPage,
    CounterRequestPage,
    HeldHere,
    PaperPage,
    VisitPage,
)
from infobank.web.portal.views.steward.desk import (
    LetterLine,
    LetterPage,
    LettersPage,
    ReportCard,
    ReportsPage,
)
from infobank.web.portal.views.steward.home import AlarmLine, StewardHomePage, Task
from infobank.web.portal.views.steward.providers import (
    BoardPage,
    Decision,
    ProviderLine,
    ProviderPage,
    ProvidersPage,
    PurposeLine,
    RegisterPage,
)
from infobank.web.portal.views.steward.watch import (
    BackupLine,
    BudgetLine,
    EpochLine,
    KeysPage,
    Late,
    OverduePage,
    Publication,
    PublicationsPage,
    TallyLine,
)

HASH = "9f2c4e7a5b1d80c36e4fa91b7d2c58e0413f6a9bc0d7e2851f3a4b6c7d8e9f01"
BOLD = both("<b>太字</b>", "<b>bold</b>")
SOON = TODAY + timedelta(days=20)
KINDS = (Option("p_mark", both("プライバシーマーク", "Privacy mark")),)
LINE = ProviderLine(
    str(uuid(40)), replace(WALK, kind=BOLD), SOON, True, True, Counted(1_000, more=True)
)
STOPPED = replace(
    LINE, client=str(uuid(41)), ends=None, lapsing=False, decided=False, live=Counted(0)
)
WRONG = FilledForm({"name_ja": '"><script>'}, {"name_ja": BOLD, "jwks": BOLD})
PROVIDER = ProviderPage(
    line=LINE,
    country="JP",
    registered_at=NOW,
    vetted_until=SOON,
    renewable=True,
    redirects=("https://walkcoach.example/oauth/return",),
    kids=("walkcoach-2026",),
    certificates=(Certificate(BOLD, SOON), Certificate(BOLD, TODAY, True)),
    lacking=(BOLD,),
    kinds=KINDS,
    held=KINDS,
    purposes=(PurposeLine(BOLD, Counted(3), Counted(1_000, more=True)),),
    decisions=(BOLD,),
    objections=2,
    asked=str(uuid(60)),
)
DECISION = Decision(
    code="city_research",
    summary=BOLD,
    recipients=(BOLD, BOLD),
    purposes=(BOLD,),
    categories=(ACTIVITY, BOLD),
    modes=("records", "answers"),
    first=TODAY,
    last=SOON,
    holds=True,
    minutes="https://board.example/minutes",
    digest=HASH,
    since=NOW,
)
LATE = Late(
    str(uuid(61)), str(uuid(40)), BOLD, Afterwards.DELETE, NOW, NOW, 12, 2, "invalid_request"
)
TALLY = (
    TallyLine(Right.CORRECTION, Status.RECEIVED, 3, 1, TODAY),
    TallyLine(Right.EXPORT, Status.READY, 2, 0, None),
)
PUBLICATION = Publication(
    "monthly_steps-2026-09-v1", "monthly_steps", BOLD, date(2026, 9, 1), 1, NOW, "1", 10
)
BUDGET = BudgetLine(BOLD, "3", "12", 25, date(2026, 10, 1), SOON)
EPOCH = EpochLine(1, NOW, NOW, None, None, 12, 300)
KEYS = KeysPage((replace(EPOCH, number=2), EPOCH), (BackupLine(NOW, SOON, True),), 600, 300, None)
WAITS = ApprovalLine(str(uuid(62)), Act.PROVIDER_KEYS, "1a2b3c4d", NOW, NOW, own=False)
FIRST = replace(WAITS, first=True)
REPORT = ReportCard(str(uuid(63)), LINES[1], "<b>知りません</b>", NOW, TODAY, True, True)
LETTER = LetterLine(str(uuid(64)), "1A2B3C4D", TODAY, NOW, NOW)
ITEM = ItemWords(ACTIVITY, (BOLD, BOLD), Period(TODAY, TODAY), special_care=True, precision=(BOLD,))
ASKED = AskedHere(str(uuid(65)), BOLD, BOLD, SOON, taken=False, amends=False)
HELD = HeldHere(str(uuid(66)), BOLD, BOLD, ConsentState.LIVE, SOON)
VISIT = VisitPage(
    str(uuid(67)),
    NOW,
    (replace(ASKED, amends=True), replace(ASKED, request=str(uuid(68)), taken=True)),
    (HELD, replace(HELD, consent=str(uuid(69)), state=ConsentState.WITHDRAWN)),
)
TAKE_DOWN = CounterRequestPage(
    str(uuid(67)),
    str(uuid(65)),
    terms(WALK),
    (AskedItem(0, ITEM, missing=True), AskedItem(1, ITEM, chosen=True)),
)
CHANGED = (
    ChangedTerm(BOLD, (Said(BOLD),), (Said(day=SOON),), widens=True),
    ChangedTerm(BOLD, (), (Said(period=Period(TODAY, TODAY)),), widens=False, category=BOLD),
)
AMENDED = replace(
    TAKE_DOWN, changes=CHANGED, kept=(ITEM,), bounds=AskedBounds(missing=True), widening=BOLD
)
CONSENT = CounterConsentPage(str(uuid(67)), str(uuid(66)), terms(WALK), (ITEM,), active=True)
RECEIPT = ReceiptPage(
    ConsentId(uuid(66)),
    Language.EASY,
    "しるし",
    (ReceiptLine("番号", ("1",)),),
    (ReceiptLine("<b>何</b>", ("a", "b")),),
    (),
)
TASKS = (
    Task("approvals", 2, 0, TODAY),
    Task("overdue", 1, 1),
    Task("corrections", 0),
    Task("letters", 3),
)

Shown = tuple[str, str, str, object]


def vetting_pages() -> tuple[Shown, ...]:
    """Return label, page, path and view of the pages about providers."""
    new, one = "/steward/providers/new", f"/steward/providers/{LINE.client}"
    faults = FilledForm({"until": '"><b>'}, {"until": BOLD, "kind": BOLD, "reason": BOLD})
    bare = replace(
        PROVIDER, certificates=(), lacking=(), held=(), purposes=(), decisions=(), asked=""
    )
    return (
        ("providers", "providers", "/steward/providers", ProvidersPage((LINE, STOPPED))),
        ("providers_none", "providers", "/steward/providers", ProvidersPage(())),
        ("register", "provider_register", new, RegisterPage(FilledForm(), KINDS)),
        ("register_fault", "provider_register", new, RegisterPage(WRONG, KINDS)),
        ("provider_one", "provider_one", one, replace(PROVIDER, done="registered")),
        ("provider_one_bare", "provider_one", one, bare),
        ("provider_one_fault", "provider_one", one, replace(PROVIDER, form=faults)),
        ("board", "board", "/steward/board", BoardPage((DECISION,), (STOPPED,))),
        ("board_none", "board", "/steward/board", BoardPage((), ())),
    )


def watching_pages() -> tuple[Shown, ...]:
    """Return label, page, path and view of the pages about deadlines, statistics and keys."""
    home, alarm = "/steward", AlarmLine(NOW, BOLD)
    return (
        ("steward_home", "steward_home", home, StewardHomePage(TASKS, (alarm,))),
        ("steward_idle", "steward_home", home, StewardHomePage(())),
        ("overdue", "overdue", "/steward/overdue", OverduePage((LATE,), TALLY)),
        ("overdue_none", "overdue", "/steward/overdue", OverduePage((), ())),
        (
            "publications",
            "publications",
            "/steward/publications",
            PublicationsPage((PUBLICATION,), (BUDGET,)),
        ),
        ("publications_none", "publications", "/steward/publications", PublicationsPage((), ())),
        ("keys", "keys", "/steward/keys", KEYS),
        ("keys_none", "keys", "/steward/keys", KeysPage((), (), 0, 0, None)),
        ("reports", "reports", "/steward/reports", ReportsPage((REPORT,))),
        (
            "reports_missing",
            "reports",
            "/steward/reports",
            ReportsPage((REPORT,), REPORT.request, "</textarea>"),
        ),
        ("reports_none", "reports", "/steward/reports", ReportsPage(())),
        ("letters", "letters", "/steward/letters", LettersPage((LETTER,), posted=True)),
        ("letters_none", "letters", "/steward/letters", LettersPage(())),
        (
            "letter",
            "letter",
            f"/steward/letters/{LETTER.letter}",
            LetterPage(LETTER.letter, LETTER.number, ("<b>宛先</b>", "一丁目"), SUMMARY),
        ),
    )


def approving_pages() -> tuple[Shown, ...]:
    """Return label, page, path and view of what takes two stewards."""
    path = f"/steward/approvals/{WAITS.approval}"
    assisted = replace(WAITS, act=Act.ASSISTED_CONSENT)
    facts = ((BOLD, BOLD),)
    return (
        (
            "approvals",
            "approvals",
            "/steward/approvals",
            ApprovalsPage((WAITS, replace(assisted, approval=str(uuid(70)), own=True)), over=True),
        ),
        ("approvals_none", "approvals", "/steward/approvals", ApprovalsPage(())),
        ("approval", "approval", path, ApprovalPage(WAITS, facts)),
        ("approval_first", "approval", path, ApprovalPage(FIRST, facts)),
        ("approval_own", "approval", path, ApprovalPage(replace(WAITS, own=True), facts)),
        (
            "approval_assisted",
            "approval",
            path,
            ApprovalPage(assisted, (), terms(WALK), (ITEM,), CHANGED),
        ),
        ("approval_gone", "approval", path, ApprovalPage(assisted, (), impossible=True)),
        ("told_once", "told_once", path, HalfPage("1234 5678")),
    )


def counter_pages() -> tuple[Shown, ...]:
    """Return label, page, path and view of the counter's pages."""
    here = "/steward/counter"
    visit = f"{here}/visits/{VISIT.visit}"
    wrong = FilledForm({"number": '"><b>'}, {"number": BOLD, "code": BOLD})
    asking = FilledForm({"afterwards": "keep"}, {"afterwards": BOLD, "scope": BOLD})
    return (
        ("counter", "counter", here, BeginPage(ended=True)),
        ("counter_fault", "counter", here, BeginPage(wrong)),
        ("counter_card", "counter_card", f"{here}/card", CardPage()),
        ("counter_card_made", "counter_card", f"{here}/card", CardPage(codes=("1234 5678",))),
        ("counter_paper", "counter_paper", f"{here}/paper", PaperPage(FilledForm(), KINDS, 0)),
        ("counter_paper_done", "counter_paper", f"{here}/paper", PaperPage(FilledForm(), (), 2)),
        ("counter_paper_fault", "counter_paper", f"{here}/paper", PaperPage(asking, KINDS)),
        ("counter_visit", "counter_visit", visit, replace(VISIT, done="asked")),
        ("counter_visit_bare", "counter_visit", visit, replace(VISIT, requests=(), consents=())),
        ("counter_request", "counter_request", visit, TAKE_DOWN),
        ("counter_request_fault", "counter_request", visit, replace(TAKE_DOWN, fault="missing")),
        ("counter_amended", "counter_request", visit, replace(AMENDED, fault="missing")),
        ("counter_unchanged", "counter_request", visit, replace(AMENDED, changes=(), items=())),
        ("counter_consent", "counter_consent", visit, CONSENT),
        ("counter_consent_missing", "counter_consent", visit, replace(CONSENT, missing=True)),
        ("counter_consent_over", "counter_consent", visit, replace(CONSENT, active=False)),
        ("counter_receipt", "counter_receipt", visit, RECEIPT),
    )


def own_code_pages() -> tuple[Shown, ...]:
    """Return label, page, path and view of the resident's own code."""
    return (
        ("counter_code", "counter_code", "/counter-code", CodePage()),
        ("counter_code_made", "counter_code", "/counter-code", CodePage("1234 5678")),
    )
