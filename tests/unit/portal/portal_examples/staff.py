"""Values for a provider's and an auditor's pages, with what strangers may write into them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from portal_examples.consents import EVIL, ITEM, asking
from portal_examples.others import CHECKPOINT, HASH, KEY, LOG_LINES
from portal_examples.residents import HEALTHY, NOW, SERIES, TODAY, WALK, both, uuid

from infobank.accounts.account import Role
from infobank.consent.consent import ConsentState
from infobank.consent.ending.notice import NoticeKind, NoticeState
from infobank.db.consenting.requests import RequestState
from infobank.vocabulary.counted import Counted
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.text.language import Language
from infobank.web.portal.reader import Reader
from infobank.web.portal.rendering import load_pages
from infobank.web.portal.views.auditor.log import (
    EvidencePage,
    LogCheck,
    LogEntriesPage,
    LogHealthPage,
    LogPage,
    LogTrendsPage,
)
from infobank.web.portal.views.everybody.documentation import ErrorCataloguePage, ErrorLine
from infobank.web.portal.views.filled import FilledForm, Option
from infobank.web.portal.views.history import EntryField
from infobank.web.portal.views.provider.builder import (
    BuilderCategory,
    BuilderPage,
    Complaint,
    SeenPage,
)
from infobank.web.portal.views.provider.consents import (
    ProviderConsent,
    ProviderConsentsPage,
    ProviderRequest,
    ProviderRequestsPage,
)
from infobank.web.portal.views.provider.home import ProviderHomePage
from infobank.web.portal.views.provider.keys import (
    CertificateLine,
    KeyChange,
    ProviderCertificatesPage,
    ProviderKey,
    ProviderKeysPage,
)
from infobank.web.portal.views.provider.notices import ProviderNotice, ProviderNoticesPage
from infobank.web.portal.views.provider.sandbox import SandboxPage
from infobank.web.portal.views.shared import Paging

Shown = tuple[str, str, Role | None, str, object]

TREE = (182_944, HASH, NOW, CHECKPOINT, KEY, "/log/checkpoint")
TAG = '"><script>alert(1)</script>\u202e'
OPTIONS = (Option("a", both("あれ", "That")), Option("b", EVIL))
FAULTY = FilledForm({"jwk": TAG}, {"jwk": EVIL})
NO_QUESTION = FilledForm({"first": TAG, "kind": "a"}, {"first": EVIL})
CLIENT = str(uuid(40))
HANDLE = "q0R8pOQbC7J1s9m6uYH2LtEwZfGxKi5aNbMcXd0Vn3k"
PROVIDER_KEY = ProviderKey("walkcoach-2026", "ES256", HASH[:43])
CONSENTS = (
    ProviderConsent(
        *(str(uuid(1)), HANDLE, HEALTHY, (ITEM,), OutputMode.RECORDS, TODAY),
        *(ConsentState.LIVE, None, 3, NOW + timedelta(days=1)),
    ),
    ProviderConsent(
        *(str(uuid(2)), HANDLE, HEALTHY, (ITEM,), OutputMode.ANSWERS, TODAY),
        *(ConsentState.WITHDRAWN, NOW),
    ),
)
CHANGE = KeyChange(("walkcoach-2026", TAG), NOW, NOW + timedelta(days=7))


def notice(number: int, state: NoticeState, kind: NoticeKind, *, deletes: bool) -> ProviderNotice:
    """Return one notice that nothing came of yet."""
    named = (str(uuid(number)), str(uuid(number + 1)), HANDLE, kind, (ITEM,))
    dates = (NOW, NOW + timedelta(days=30), state, deletes, NOW, None, None)
    return ProviderNotice(*named, *dates, 2, '{"iss": "x"}')


def request(number: int, state: RequestState) -> ProviderRequest:
    """Return one request."""
    offered = '[{"type": "<b>"}]' if state is RequestState.COUNTER_OFFERED else ""
    return ProviderRequest(str(uuid(number)), HEALTHY, (ITEM,), state, NOW, NOW, offered)


def provider_pages() -> Iterator[Shown]:
    """Yield every page of a provider, each by a label."""
    role = Role.PROVIDER
    yield (
        "provider_home",
        "provider_home",
        role,
        "/provider",
        ProviderHomePage(WALK, Counted(1), Counted(1_000, more=True), 2, 1, TODAY),
    )
    yield (
        "provider_lapsed",
        "provider_home",
        role,
        "/provider",
        ProviderHomePage(WALK, Counted(0), Counted(0), 0, 0, None),
    )
    form = FilledForm({"state": "live"})
    page = ProviderConsentsPage(
        *(form, OPTIONS, OPTIONS, CONSENTS, 2, 3, Counted(60)), further=True, query="?state=live"
    )
    yield "provider_consents", "provider_consents", role, "/provider/consents", page
    many = replace(page, page=41, pages=None, total=Counted(1_000, more=True))
    yield "provider_consents_many", "provider_consents", role, "/provider/consents", many
    asked = tuple(request(number, state) for number, state in enumerate(RequestState, 60))
    page_of = ProviderRequestsPage(asked, done=True)
    yield "provider_requests", "provider_requests", role, "/provider/requests", page_of
    yield from builder_pages(role)
    keys = ProviderKeysPage(
        *(CLIENT, (PROVIDER_KEY, ProviderKey("old", "EdDSA", HASH[:43])), NOW, TODAY, (CHANGE,)),
        *(("https://walkcoach.example/return",), (("issuer", "https://bank"),), FAULTY),
        done=True,
        known=True,
    )
    yield "provider_keys", "provider_keys", role, "/provider/keys", keys
    lines = (
        CertificateLine(both("審査", "Vetting"), TODAY, 20, needed=True),
        CertificateLine(both("監査", "Audit"), None, -1, needed=True),
        CertificateLine(EVIL, TODAY, 3, needed=False),
    )
    shown = ProviderCertificatesPage(WALK, lines, LOG_LINES)
    yield "provider_certificates", "provider_certificates", role, "/provider/certificates", shown
    yield from notice_pages(role)
    sandbox = SandboxPage(
        *(CLIENT, (PROVIDER_KEY,), "python3 x", "python3 y", CONSENTS, LOG_LINES, FAULTY), done=True
    )
    yield "sandbox", "provider_sandbox", role, "/provider/sandbox", sandbox
    first = SandboxPage("", (), "python3 x", "", (), (), FilledForm())
    yield "sandbox_first", "provider_sandbox", role, "/provider/sandbox", first


def notice_pages(role: Role) -> Iterator[Shown]:
    """Yield notices in every state, one with a statement that was refused."""
    kinds = list(NoticeKind)
    told = tuple(
        notice(70 + 2 * n, state, kinds[n % 3], deletes=n % 2 == 0)
        for n, state in enumerate(NoticeState)
    )
    form = FilledForm({"statement": TAG}, {"statement": EVIL})
    page = ProviderNoticesPage(
        told, Paging(1, 2, 30), "https://walkcoach.example/events", "", form, told[0].notice, EVIL
    )
    yield "provider_notices", "provider_notices", role, "/provider/notices", page
    none = ProviderNoticesPage((), Paging(1, 1, 0), "", "https://bank/api", FilledForm())
    yield "provider_notices_none", "provider_notices", role, "/provider/notices", none


def builder_pages(role: Role) -> Iterator[Shown]:
    """Yield the builder: empty, faulty, and with a request; and the preview."""
    fields = (Option("daily_activity.steps", both("歩数", "Steps")), Option("x.y", EVIL))
    chosen = frozenset({"daily_activity.steps"})
    categories = (BuilderCategory("daily_activity", HEALTHY, True, fields, chosen),)
    lists = (OPTIONS, OPTIONS, categories, OPTIONS, OPTIONS, OPTIONS, OPTIONS)
    law = both("個人情報保護法", "APPI")
    complaints = (Complaint("purpose", EVIL, HEALTHY, law), Complaint("mode", EVIL, HEALTHY))
    made = BuilderPage(
        FilledForm({"abroad": "yes"}), *lists, complaints, '[{"a": "<b>"}]', "purpose=x", asked=True
    )
    faulty = FilledForm({"first": TAG}, {"first": EVIL, "fields": EVIL, "purpose": EVIL})
    for label, page in (
        ("builder", BuilderPage(FilledForm(), *lists)),
        ("builder_faulty", BuilderPage(faulty, *lists, asked=True)),
        ("builder_made", made),
    ):
        yield label, "provider_builder", role, "/provider/builder", page
    reader = Reader(Language.EN, role, "csrf-token", True, "/provider/builder/preview")
    body = load_pages("Asia/Tokyo").main("request", asking(), reader)
    seen = SeenPage(body, "en", "/provider/builder?ask=1", "purpose=x")
    yield "builder_preview", "builder_preview", role, "/provider/builder/preview", seen


def auditor_pages() -> Iterator[Shown]:
    """Yield every page of an auditor, and the catalogue of errors, each by a label."""
    role = Role.AUDITOR
    yield "log", "log", role, "/log", LogPage(*TREE, LOG_LINES, "infobank log verify")
    empty = LogPage(0, HASH, None, "", KEY, "/c", (), "verify")
    yield "log_empty", "log", role, "/log", empty
    checks = (
        LogCheck(both("署名", "Signature"), True, HEALTHY),
        LogCheck(both("番号", "Numbers"), False, EVIL),
    )
    health = LogHealthPage(NOW, checks, LOG_LINES, KEY, "infobank log verify")
    yield "log_health", "log_health", role, "/log/health", health
    sound = LogHealthPage(NOW, checks[:1], (), KEY, "infobank log verify")
    yield "log_sound", "log_health", role, "/log/health", sound
    yield "log_trends", "log_trends", role, "/log/trends", LogTrendsPage((SERIES,), whole=False)
    lists = (OPTIONS, OPTIONS, OPTIONS, OPTIONS)
    entries = LogEntriesPage(FilledForm({"kind": "a"}), *lists, LOG_LINES, 17, "?before=17")
    yield "log_entries", "log_entries", role, "/log/entries", entries
    faulty = LogEntriesPage(NO_QUESTION, *lists, (), 0, "")
    yield "log_entries_faulty", "log_entries", role, "/log/entries", faulty
    asked = (EntryField("kind", TAG),)
    found = EvidencePage(FilledForm({"kind": TAG}), asked, 3, 500, True, "/log/entries", "python3")
    yield "evidence", "evidence", role, "/log/evidence", found
    none = EvidencePage(FilledForm(), (), 0, 500, False, "/log/entries", "python3")
    yield "evidence_none", "evidence", role, "/log/evidence", none
    errors = ErrorCataloguePage((ErrorLine("invalid_input", 400, EVIL, HEALTHY),))
    yield "error_catalogue", "error_catalogue", None, "/api/errors", errors
