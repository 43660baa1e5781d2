"""One example of every page, with the awkward variants that pages must survive."""

import dataclasses
from datetime import date, timedelta
from typing import NamedTuple

from portal_examples.desk import desk_pages, stewards_pages
from portal_examples.others import (
    CHECKPOINT,
    ERRORS,
    FAULTS,
    FIGURES,
    HASH,
    KEY,
    LOG_LINES,
    OPENAPI,
    PROOF,
    TYPED,
)
from portal_examples.residents import (
    HEALTHY,
    HOLDINGS,
    LINES,
    NOW,
    POWER,
    SERIES,
    TODAY,
    WAITING,
    WALK,
    asking,
    both,
    card,
    uuid,
)

from infobank.accounts.account import Role
from infobank.consent.consent import ConsentState
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.text.language import Language
from infobank.web.portal.reader import Reader
from infobank.web.portal.views.auditor.log import LogKeyPage, LogPage
from infobank.web.portal.views.entrance.sign_in import DemoPerson, SignInPage
from infobank.web.portal.views.everybody.documentation import (
    ApiPartPage,
    ApiSchemaPage,
    read_openapi,
)
from infobank.web.portal.views.everybody.error import ErrorPage
from infobank.web.portal.views.everybody.public import (
    AboutPage,
    DatasetLine,
    DatasetPage,
    DatasetsPage,
    FrontPage,
)
from infobank.web.portal.views.history import HistoryPage
from infobank.web.portal.views.provider.home import ProviderConsent, ProviderHomePage, ProviderKey
from infobank.web.portal.views.resident.consents import (
    ConsentPage,
    ConsentsPage,
    ReceiptLine,
    ReceiptPage,
    RequestFault,
    WaitingPage,
    WithdrawnPage,
    WithdrawPage,
)
from infobank.web.portal.views.resident.home import (
    CategoryPage,
    Column,
    HoldingsPage,
    HomePage,
    RecordRow,
)
from infobank.web.portal.views.shared import Download, Paging
from infobank.web.portal.views.steward.home import (
    BudgetLine,
    Publication,
    PublicationsPage,
    RegisteredProvider,
    RegisterForm,
    StewardHomePage,
)


class Example(NamedTuple):
    """One page with a view to show."""

    label: str
    page: str
    role: Role | None
    path: str
    view: object


def examples() -> tuple[Example, ...]:
    """Return every page at least once; the labels are unique."""
    live, gone = ConsentState.LIVE, ConsentState.WITHDRAWN
    one, two = card(1, WALK, live), card(2, POWER, gone)
    people = tuple(
        DemoPerson(handle, both(*name), role, both(*about))
        for handle, name, role, about in (
            ("hanako", ("合成 花子", "Hanako Gosei"), Role.RESIDENT, ("68歳", "Aged 68")),
            ("taro", ("合成 太郎", "Taro Gosei"), Role.RESIDENT, ("34歳", "Aged 34")),
            ("walkcoach", ("ウォークコーチ", "Walk Coach"), Role.PROVIDER, ("提供先", "Provider")),
            ("auditor", ("監査人", "Auditor"), Role.AUDITOR, ("記録を調べる", "Examines the log")),
            ("steward", ("運営者", "Steward"), Role.STEWARD, ("登録と公表", "Registers")),
        )
    )
    columns = tuple(
        Column(both(*label), unit, numeric=True)
        for label, unit in (
            (("歩数", "Steps"), ""),
            (("距離", "Distance"), "km"),
            (("活発に動いた時間", "Very active time"), "min"),
            (("少し動いた時間", "Lightly active time"), "min"),
            (("座っていた時間", "Sedentary time"), "min"),
            (("消費エネルギー", "Energy"), "kcal"),
        )
    )
    values = tuple(both(number, number) for number in ("13,162", "8.50", "25", "328", "728", ""))
    rows = tuple(RecordRow(TODAY - timedelta(days=n), values) for n in range(6))
    third = Paging(2, 3, 90)
    key = ProviderKey("walkcoach-2026", "ES256", HASH[:43])
    redirects = ("https://walkcoach.example/oauth/return",)
    handle = "q0R8pOQbC7J1s9m6uYH2LtEwZfGxKi5aNbMcXd0Vn3k"
    seen = (
        ProviderConsent(handle, HEALTHY, one.items, OutputMode.RECORDS, TODAY, live),
        ProviderConsent(handle, HEALTHY, two.items, OutputMode.RECORDS, TODAY, gone, NOW),
    )
    registered = RegisteredProvider(WALK, str(uuid(40)), redirects, (key.kid,), NOW, 1204)
    line = ReceiptLine("つうち <b>", ("はい & いいえ", "二行目"))
    receipt = ReceiptPage(
        one.consent, Language.EASY, "「はい」と 答えた しるし", (line,), (line, line), (line,)
    )
    title = both("住民の1日の平均歩数", "Residents’ mean daily steps")
    about = both("年齢層と性別ごとの、月の平均です。", "Monthly means by age band and sex.")
    months = (date(2026, 9, 1), date(2026, 8, 1))
    downloads = tuple(
        Download(kind, f"/open/{kind}", both(*note))
        for kind, note in (
            ("CSV", ("表計算で開ける表", "A table for spreadsheets")),
            ("NGSI-LD", ("街のデータ連携基盤の形", "For city data platforms")),
            ("DCAT", ("目録の記述", "Catalogue description")),
            ("DP statement", ("守りかたの、機械で読める宣言", "How privacy is protected")),
        )
    )
    dataset = DatasetPage(
        "monthly_steps",
        title,
        about,
        both("歩/日", "steps a day"),
        both("年齢層", "Age band"),
        both("性別", "Sex"),
        months[0],
        "monthly_steps-2026-09-v1",
        1,
        NOW,
        FIGURES,
        "1",
        "12",
        months,
        downloads,
    )
    publication = Publication(dataset.release, dataset.code, title, months[0], 1, NOW, "1", 10)
    paper = tuple(f"{n:02}  AXd0 Vn3k q0R8 pOQb  7F" for n in range(1, 6))
    tree = (182_944, HASH, NOW, CHECKPOINT, KEY, "/log/checkpoint")
    here, guest = Role.RESIDENT, None
    choice, nothing = RequestFault.CHOICE_MISSING, RequestFault.NOTHING_SHARED
    fault_form = RegisterForm(TYPED, FAULTS)
    unplaced = HistoryPage((dataclasses.replace(LINES[0], entry=""),), third)
    return (
        Example("sign_in", "sign_in", guest, "/sign-in", SignInPage(people, "/home")),
        Example("error", "error", guest, "/x", ErrorPage(404, "not_found", HASH[:16])),
        Example("error_odd", "error", here, "/x", ErrorPage(502, "internal", "1")),
        Example("home", "home", here, "/home", HomePage((WAITING,), LINES, 1, 181, 3)),
        Example("home_empty", "home", here, "/home", HomePage((), (), 0, 0, 0)),
        Example("holdings", "holdings", here, "/holdings", HoldingsPage(HOLDINGS)),
        Example("holdings_empty", "holdings", here, "/holdings", HoldingsPage(())),
        Example(
            "category",
            "category",
            here,
            "/holdings/daily_activity?page=2",
            CategoryPage(HOLDINGS[0], columns, rows, third, series=SERIES),
        ),
        Example(
            "category_undated",
            "category",
            here,
            "/holdings/profile",
            CategoryPage(HOLDINGS[2], columns, rows[:1], Paging(1, 1, 1), dated=False),
        ),
        Example("consents", "consents", here, "/consents", ConsentsPage((one, two))),
        Example("consents_empty", "consents", here, "/consents", ConsentsPage(())),
        Example("consent", "consent", here, "/consents/1", ConsentPage(one)),
        Example("consent_ended", "consent", here, "/consents/2", ConsentPage(two)),
        Example("withdraw", "withdraw", here, "/consents/1/withdraw", WithdrawPage(one)),
        Example("withdrawn", "withdrawn", here, "/consents/2", WithdrawnPage(two, "9")),
        Example("receipt", "receipt", here, "/consents/1/receipt", receipt),
        Example("request", "request", here, "/requests/7", asking()),
        Example("request_fault", "request", here, "/requests/7", asking(choice, chosen=True)),
        Example("request_nothing", "request", here, "/requests/7", asking(nothing, chosen=False)),
        Example("waiting", "waiting", here, "/requests", WaitingPage((WAITING,))),
        Example("waiting_empty", "waiting", here, "/requests", WaitingPage((), answered=True)),
        Example("history", "history", here, "/history", HistoryPage(LINES, third)),
        Example(
            "history_empty",
            "history",
            here,
            "/history",
            HistoryPage((), Paging(1, 1, 0)),
        ),
        Example("proof", "proof", here, "/history/2", PROOF),
        Example("history_unplaced", "history", here, "/history", unplaced),
        Example(
            "log",
            "log",
            Role.AUDITOR,
            "/log",
            LogPage(*tree, LOG_LINES, third, "infobank log verify"),
        ),
        Example(
            "log_empty",
            "log",
            Role.AUDITOR,
            "/log",
            LogPage(0, HASH, None, "", KEY, "/c", (), Paging(1, 1, 0), "verify"),
        ),
        Example(
            "log_key", "log_key", guest, "/log/key", LogKeyPage("log.example", KEY, paper, NOW)
        ),
        Example("log_proof", "log_proof", Role.AUDITOR, "/log/2", PROOF),
        Example(
            "provider_home",
            "provider_home",
            Role.PROVIDER,
            "/provider",
            ProviderHomePage(WALK, str(uuid(40)), 1, 1, (key,), redirects, seen),
        ),
        Example(
            "steward_home",
            "steward_home",
            Role.STEWARD,
            "/steward",
            StewardHomePage((registered,), added=WALK.name),
        ),
        Example(
            "steward_fault",
            "steward_home",
            Role.STEWARD,
            "/steward",
            StewardHomePage((), fault_form),
        ),
        Example(
            "publications",
            "publications",
            Role.STEWARD,
            "/steward/publications",
            PublicationsPage((publication,), (BudgetLine(title, "3", "12"),)),
        ),
        *(Example(label, page, here, *shown) for label, page, *shown in desk_pages()),
        *(Example(label, page, Role.STEWARD, *shown) for label, page, *shown in stewards_pages()),
        Example("front", "front", guest, "/", FrontPage(182_944, 1, NOW)),
        Example("front_bare", "front", guest, "/", FrontPage()),
        Example(
            "datasets",
            "datasets",
            guest,
            "/datasets",
            DatasetsPage(
                (DatasetLine(dataset.code, title, about, months[0], "CC BY 4.0"),),
                "/open/catalogue.jsonld",
            ),
        ),
        Example("dataset", "dataset", guest, "/datasets/monthly_steps", dataset),
        Example("about", "about", guest, "/about", AboutPage()),
        Example(
            "api_schemas",
            "api_schemas",
            guest,
            "/api/schemas",
            read_openapi(OPENAPI, ERRORS, "/openapi.json"),
        ),
        Example(
            "api_schema",
            "api_schema",
            guest,
            "/api/schemas/Record",
            ApiSchemaPage(read_openapi(OPENAPI, ERRORS, "").schemas[0]),
        ),
        Example(
            "api_part",
            "api_part",
            guest,
            "/api/operations/provider",
            ApiPartPage("provider", read_openapi(OPENAPI, ERRORS, "").operations),
        ),
        Example(
            "api_docs",
            "api_docs",
            guest,
            "/api",
            read_openapi(OPENAPI, ERRORS, "/openapi.json"),
        ),
    )


def reader_of(example: Example, language: Language) -> Reader:
    """Return whoever reads an example."""
    waiting = 1 if example.role is Role.RESIDENT else 0
    return Reader(language, example.role, "csrf-token", True, example.path, waiting)
