"""One example of every page, with the awkward variants that pages must survive."""

from datetime import date
from typing import NamedTuple

from portal_examples.consents import EVIL, agreeing_pages
from portal_examples.desk import desk_pages, stewards_pages
from portal_examples.entrance import account_pages, strangers_pages
from portal_examples.others import (
    FIGURES,
    HASH,
    KEY,
    OPENAPI,
    PROOF,
)
from portal_examples.own import own_pages
from portal_examples.residents import (
    HEALTHY,
    NOW,
    both,
)
from portal_examples.staff import auditor_pages, provider_pages
from portal_examples.stewards import (
    approving_pages,
    counter_pages,
    own_code_pages,
    vetting_pages,
    watching_pages,
)

from infobank.accounts.account import Role
from infobank.vocabulary.text.language import Language
from infobank.web.portal.reader import Reader
from infobank.web.portal.views.auditor.log import LogKeyPage
from infobank.web.portal.views.entrance.resume import ResumePage
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
from infobank.web.portal.views.shared import Download


class Example(NamedTuple):
    """One page with a view to show."""

    label: str
    page: str
    role: Role | None
    path: str
    view: object


def examples() -> tuple[Example, ...]:
    """Return every page at least once; the labels are unique."""
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
    paper = tuple(f"{n:02}  AXd0 Vn3k q0R8 pOQb  7F" for n in range(1, 6))
    here, guest = Role.RESIDENT, None
    return (
        Example("sign_in", "sign_in", guest, "/sign-in", SignInPage(people, "/home")),
        Example("resume", "resume", here, "/sign-in", ResumePage("/consents", (("a", '"><b>'),))),
        *(Example(label, page, guest, *shown) for label, page, *shown in strangers_pages()),
        *(Example(label, page, here, *shown) for label, page, *shown in account_pages()),
        Example("error", "error", guest, "/x", ErrorPage(404, "not_found", HEALTHY, HASH[:16])),
        Example("error_odd", "error", here, "/x", ErrorPage(502, "internal", EVIL, "1")),
        *(Example(label, page, here, *shown) for label, page, *shown in agreeing_pages()),
        Example("proof", "proof", here, "/history/2", PROOF),
        *(Example(label, page, here, *shown) for label, page, *shown in own_pages()),
        *(Example(*shown) for pages in (auditor_pages, provider_pages) for shown in pages()),
        Example(
            "log_key", "log_key", guest, "/log/key", LogKeyPage("log.example", KEY, paper, NOW)
        ),
        Example("log_proof", "log_proof", Role.AUDITOR, "/log/2", PROOF),
        *(Example(label, page, here, *shown) for label, page, *shown in desk_pages()),
        *(Example(label, page, here, *shown) for label, page, *shown in own_code_pages()),
        *(
            Example(label, page, Role.STEWARD, *shown)
            for pages in (
                *(stewards_pages, vetting_pages, watching_pages),
                *(approving_pages, counter_pages),
            )
            for label, page, *shown in pages()
        ),
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
            read_openapi(OPENAPI, "/openapi.json"),
        ),
        Example(
            "api_schema",
            "api_schema",
            guest,
            "/api/schemas/Record",
            ApiSchemaPage(read_openapi(OPENAPI, "").schemas[0]),
        ),
        Example(
            "api_part",
            "api_part",
            guest,
            "/api/operations/provider",
            ApiPartPage("provider", read_openapi(OPENAPI, "").operations),
        ),
        Example(
            "api_docs",
            "api_docs",
            guest,
            "/api",
            read_openapi(OPENAPI, "/openapi.json"),
        ),
    )


def reader_of(example: Example, language: Language) -> Reader:
    """Return whoever reads an example."""
    waiting = 1 if example.role is Role.RESIDENT else 0
    return Reader(language, example.role, "csrf-token", True, example.path, waiting)
