"""The portal's words: equal in all languages, all used, none missing."""

import ast
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, nodes
from portal_examples.entrance import FAULTS, NOTICES
from portal_examples.steward_texts import STEWARDS

from infobank.accesslog.entry import EntryKind
from infobank.accounts.account import Role
from infobank.accounts.approval import Act
from infobank.accounts.contact import Channel, Matter
from infobank.accounts.entrance.device import Browser, Machine
from infobank.accounts.entrance.passkey import Holder
from infobank.accounts.entrance.session import Way
from infobank.accounts.proxy import Scope
from infobank.accounts.rights import Refusal, Right, Status
from infobank.consent.answers.answer import Verdict
from infobank.consent.answers.inquiry import Measure
from infobank.consent.consent import ConsentState
from infobank.consent.ending.notice import NoticeKind, NoticeState
from infobank.db.consenting.requests import RequestState
from infobank.db.consenting.told import ToldKind
from infobank.errors import ConfigurationError
from infobank.vocabulary.counted import Counted
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.text.language import Language, Text
from infobank.vocabulary.text.words import parts_of
from infobank.web.api.contract.operations import OPERATIONS
from infobank.web.portal.handlers.provider.notices import DONE as NOTED
from infobank.web.portal.handlers.resident.looking import What
from infobank.web.portal.handlers.resident.mandates.listing import DONE
from infobank.web.portal.handlers.resident.rights.correction import TYPED
from infobank.web.portal.navigation import NAVIGATION
from infobank.web.portal.rendering import FOLDER, Pages
from infobank.web.portal.texts import FOLDER as WORDS
from infobank.web.portal.texts import Words, load_texts
from infobank.web.portal.views.everybody.error import EXPLAINED, EXPLAINED_CODES
from infobank.web.portal.views.history import Outcome
from infobank.web.portal.views.resident.consents import Order
from infobank.web.portal.views.resident.mandates import Step
from infobank.web.portal.views.resident.requests import Gone, RequestFault
from infobank.web.portal.wording.remedies import BY_CODE, BY_STATUS

TEXTS = load_texts()
KEYS = frozenset(TEXTS[Language.JA].entries)
PORTAL = WORDS.parent
MAPPINGS = Path(__file__).parents[3] / "policies" / "mappings"


PLACES = (
    *("provider_consents", "provider_requests", "provider_builder", "provider_sandbox"),
    *("provider_keys", "provider_certificates", "provider_notices", "error_catalogue"),
)
STOPPING = (Right.RESTRICTION, Right.OBJECTION)


def members(prefix: str, kind: type[StrEnum], suffix: str = "", *, join: str = ".") -> set[str]:
    return {f"{prefix}{join}{member.value}{suffix}" for member in kind}


SOURCES = {
    "demo_city",
    "resident",
    "guardian",
    "correction",
    *(path.stem for path in MAPPINGS.glob("*.toml")),
}
"""What a deposit's entry may name as its source in this checkout."""

PROVIDERS = (
    {f"provider.about_{name}" for name in PLACES}
    | {f"log.about_{name}" for name in ("log_entries", "log_trends", "log_health")}
    | members("asked.state", RequestState, join="_")
    | members("notices.state", NoticeState, join="_")
    | members("notices.kind", NoticeKind, join="_")
    | {f"notices.done_{what}" for what in NOTED}
    | {f"builder.fault_{fault}" for fault in ("missing", "day", "number")}
    | {f"remedy.{each}" for each in (*BY_CODE.values(), *BY_STATUS.values())}
    | {f"nav.{name}" for name in (*PLACES, "log_entries", "log_trends", "log_health")}
    | {"act.residents_marked", "act.sandbox_key", "unit.entries"}
)
"""Keys of a provider's and an auditor's pages that are put together from a value."""

ENTRANCE = (
    members("holder", Holder)
    | members("browser", Browser)
    | members("machine", Machine)
    | members("way", Way)
    | {f"account.{notice}" for notice in NOTICES if notice}
    | {f"{page}.fault_{fault}" for page, faults in FAULTS.items() for fault in faults}
    | {f"act.recovery_{what}" for what in ("asked", "given", "refused", "stopped")}
    | {f"act.passkey_{what}" for what in ("added", "removed")}
    | {f"act.city_{what}" for what in ("linked", "unlinked")}
    | {"act.account_opened", "act.recovered", "act.sessions_ended", "act.signed_out"}
)
"""Keys of the ways in that are put together from a value."""

BUILT = (
    PROVIDERS
    | members("state", ConsentState)
    | members("outcome", Outcome)
    | members("role", Role)
    | {f"sign_in.as_{role.value}" for role in Role}
    | members("request", RequestFault)
    | members("gone", Gone)
    | members("order", Order)
    | members("why", GivenBy)
    | {f"narrower.{name}" for name in ("time", "place", "number", "nothing", "same")}
    | {f"narrower.{name}" for name in ("first", "last", "fault_first", "fault_last")}
    | {f"narrower.fault_{name}" for name in ("until", "retention_days", "most_uses")}
    | {f"narrower.empty_{kind}" for kind in ("day", "day_within", "number")}
    | members("preview", Verdict) - {"preview.band"}
    | {f"preview.{name}" for name in ("below", "from")}
    | {f"preview.with_{measure}" for measure in Measure}
    | {f"mandates.{part}_{step}" for step in Step for part in ("step", "means")}
    | {f"mandates.fault_{step}" for step in Step if step is not Step.PREVIEW}
    | {f"mandates.done_{what}" for what in DONE}
    | {"mandates.points", "mandates.until", "mandates.fault_points_more"}
    | members("mode", OutputMode, ".name")
    | members("mode", OutputMode, ".means")
    | {f"nav.{name}" for names in NAVIGATION.values() for name in names}
    | STEWARDS
    | {
        f"error.s{status}.{part}"
        for status in (*EXPLAINED, 500)
        for part in ("title", "what", "todo")
    }
    | {f"about.promise{n}.{part}" for n in range(1, 7) for part in ("title", "words")}
    | {f"about.not{n}" for n in range(1, 6)}
    | {f"api.part.{operation.tag.replace(' ', '-')}" for operation in OPERATIONS.values()}
    | {f"front.{s}.{p}" for s in ("deposit", "decide", "see", "learn") for p in ("title", "words")}
    | {f"error.{code}.{part}" for code in EXPLAINED_CODES for part in ("title", "what", "todo")}
    | ENTRANCE
    | members("event", EntryKind)
    | {"event.void"}
    | {f"source.{code}" for code in SOURCES}
    | members("right", Right, ".name")
    | members("right", Right, ".means")
    | members("right", Right, ".do")
    | members("rights_status", Status)
    | members("refusal", Refusal)
    | members("what", What)
    | members("told", ToldKind)
    | members("matter", Matter)
    | {f"settings.{kind}_{act}" for kind in ("fault", "over") for act in ("email", "code")}
    | {"settings.fault_paper", "news.permit", "news.refusal"}
    | {f"act.{channel}_ended" for channel in Channel}
    | {f"act.email_{what}" for what in ("asked", "confirmed")}
    | {f"act.letter_{what}" for what in ("printed", "posted")}
    | {"act.paper_set", "act.matters_chosen", "unit.records"}
    | members("scope", Scope)
    | {"role.operator"}
    | {f"act.{act}_{what}" for act in Act for what in ("asked", "given", "refused")}
    | {f"act.proxy_{what}" for what in ("ended", "of_age")}
    | {f"act.certificate_{what}" for what in ("issued", "revoked")}
    | {"act.vetting_renewed"}
    | {f"act.household_{what}" for what in ("registered", "left_out", "agreed", "ended")}
    | {f"act.hold_{what}" for what in ("set", "release_asked", "released")}
    | {
        f"act.{what}"
        for what in ("records", "consent_over", "consent_forgotten", "mandate_forgotten")
    }
    | {f"act.endpoint_{what}" for what in ("set", "removed")}
    | {f"actor.{by}" for by in ("self", "guardian", "mandate", "steward", "counter", "paper")}
    | {f"correction.fault_{name}" for name in TYPED}
    | {f"rights.lift_{right}" for right in STOPPING}
    | {f"stop.{right}_{part}" for right in STOPPING for part in ("which", "consents")}
    | {"actor.you", "actor.resident", "unit.steps", "unit.min", "unit.persons"}
)
"""Keys that templates put together from a value, for every value there is."""


def calls() -> Iterator[nodes.Call]:
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True)
    for name in environment.list_templates():
        source, _, _ = environment.loader.get_source(environment, name)
        yield from environment.parse(source).find_all(nodes.Call)


def constants() -> set[str]:
    """Return the keys that templates write out."""
    return {
        call.args[0].value
        for call in calls()
        if isinstance(call.node, nodes.Name)
        and call.node.name == "t"
        and isinstance(call.args[0], nodes.Const)
    }


def explained() -> set[str]:
    """Return the keys of the words that templates explain."""
    words = {
        call.args[0].value
        for call in calls()
        if isinstance(call.node, nodes.Name)
        and call.node.name == "explained"
        and isinstance(call.args[0], nodes.Const)
    }
    return {f"explained.{word}.{part}" for word in words for part in ("name", "means")}


def spoken() -> set[str]:
    """Return the keys that handlers and writers write out: `words("…")`."""
    return {
        node.args[0].value
        for path in PORTAL.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] == "words"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def counted() -> set[str]:
    """Return the keys of the nouns that templates count, and of what is said of too many."""
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True)
    nouns = {
        found.args[0].value
        for name in environment.list_templates()
        for found in environment.parse(
            environment.loader.get_source(environment, name)[0]
        ).find_all(nodes.Filter)
        if found.name == "counted"
    }
    return {f"count.{noun}.{form}" for noun in nouns for form in ("one", "other")} | {"count.more"}


def test_every_text_a_template_names_exists():
    assert (constants() | counted() | explained() | spoken() | BUILT) - KEYS == set()


def test_every_text_is_used_by_some_template():
    assert KEYS - constants() - counted() - explained() - spoken() - BUILT == set()


def test_every_call_gives_exactly_the_parts_the_text_names():
    for call in calls():
        written = isinstance(call.node, nodes.Name) and call.node.name == "t"
        if written and isinstance(call.args[0], nodes.Const):
            key = call.args[0].value
            given = {part.key for part in call.kwargs}
            assert given == parts_of(TEXTS[Language.JA].entries[key]), key


def test_no_text_holds_markup():
    for texts in TEXTS.values():
        assert [key for key, text in texts.entries.items() if "<" in text or "&" in text] == []


def test_english_texts_hold_no_japanese_but_the_banks_name():
    english = TEXTS[Language.EN].entries
    mixed = [key for key, text in english.items() if any(letter >= "぀" for letter in text)]
    assert mixed == ["bank.other_name"]


def written(folder: Path, ja: str, en: str) -> Path:
    for language, text in (("ja", ja), ("ja-x-easy", ja), ("en", en)):
        (folder / language).mkdir()
        (folder / language / "words.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("ja", "en", "complaint"),
    [
        ('a = "あ"\nb = "い"', 'a = "x"', "en: b is missing"),
        ('a = "あ"', 'a = "x"\nb = "y"', "ja: b is missing"),
        ('a = "{n}件"', 'a = "x"', "differ in the parts of a"),
        ('a = " "', 'a = "x"', r"ja/words\.toml: a must be a text"),
        ("a = 1", 'a = "x"', r"ja/words\.toml: a must be a text"),
        ("a = ", 'a = "x"', r"ja/words\.toml cannot be read"),
    ],
)
def test_texts_that_do_not_agree_are_refused(tmp_path: Path, ja: str, en: str, complaint: str):
    with pytest.raises(ConfigurationError, match=complaint):
        load_texts(written(tmp_path, ja, en))


def test_a_language_without_a_file_is_refused(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="no texts in ja"):
        load_texts(tmp_path)


def test_a_text_that_stands_in_two_files_is_refused(tmp_path: Path):
    folder = written(tmp_path, 'a = "あ"', 'a = "x"')
    (folder / "ja" / "again.toml").write_text('a = "い"', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"a stands in another file"):
        load_texts(folder)


def test_an_unknown_key_and_a_missing_part_are_named():
    texts = TEXTS[Language.EN]
    with pytest.raises(ConfigurationError, match="text no such"):
        texts.say("no such")
    with pytest.raises(ConfigurationError, match="'day' is missing"):
        texts.say("waiting.open_until")


def test_one_and_many_are_counted_as_each_language_does():
    assert TEXTS[Language.EN].count("day", 1, "1") == "1 day"
    assert TEXTS[Language.EN].count("day", 90, "90") == "90 days"
    assert TEXTS[Language.JA].count("day", 1, "1") == "1日"


def test_beyond_what_is_counted_only_that_there_are_more_is_said(pages: Pages):
    many = Counted(1_000, more=True)
    said = {language: pages.environments[language].filters for language in Language}
    assert said[Language.EN]["counted"](many, "consent") == "more than 1,000 consents"
    assert said[Language.EN]["number"](many) == "more than 1,000"
    assert said[Language.EN]["counted"](Counted(1), "consent") == "1 consent"
    assert said[Language.JA]["counted"](many, "consent") == "1,000件以上"
    assert said[Language.EASY]["counted"](many, "consent") == "1,000件より多い"


def test_words_hold_all_languages_at_once_and_so_may_their_parts():
    words = Words(TEXTS)
    said = words("said.to", name=Text("花子", "Hanako"))
    assert said == Text("相手: 花子", "To: Hanako", said.easy)
    assert "花子" in said.easy
    assert words.known("source.demo_city", "x") == words("source.demo_city")
    assert words.known("source.elsewhere", "elsewhere") == Text("elsewhere", "elsewhere")
