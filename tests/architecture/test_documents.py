"""What the documents say exists: links, files, commands, settings, words."""

import argparse
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from infobank.cli import parser
from infobank.db.postgres.roles import DATABASES
from infobank.db.schema import keys, records

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
JAPANESE = ROOT / "docs" / "ja" / "README.md"
GLOSSARY = ROOT / "docs" / "glossary.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"

DOCUMENTS = sorted(
    path
    for place in ("*.md", "docs/**/*.md", "policies/*.md", "keys/*.md", "infobank/**/*.md")
    for path in ROOT.glob(place)
)
RECORDS = sorted((ROOT / "docs" / "adr").glob("*.md"))
STEPS = (README, JAPANESE)
"""The two documents that a newcomer follows word by word."""

LONGEST_README = 200
LONGEST_RECORD = 60

WORDS = (
    *("Resident", "Provider", "Steward", "Auditor", "Proxy"),
    *("Category", "Field", "Purpose", "Period", "Precision", "OutputMode"),
    *("Consent", "Mandate", "Decision", "ConsentReceipt"),
    *("Block", "Envelope", "RootKey", "ShardKey", "ResidentKey", "CryptographicErasure"),
    *("Entry", "Leaf", "Checkpoint", "InclusionProof", "ConsistencyProof"),
    *("Statistic", "Contribution", "PrivacyBudget", "Spend", "Release"),
    *("Offer", "LedgerEntry", "Problem"),
)
"""The words of the house (design section 4)."""

PARTS_OF_A_RECORD = (
    "- Status: ",
    "- Date: ",
    "## Context and problem statement",
    "## Considered options",
    "## Decision outcome",
    "### Consequences",
)

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)
OURS = re.compile(r"(?:infobank|docs|policies|migrations|tests|requirements)/[\w./-]*")
NAME = re.compile(r"[A-Za-z_]{3,}(?:\(\))?")
MAKE = re.compile(r"(?m)^make ([a-z]+)\b")
SETTING = re.compile(r"\bINFOBANK_[A-Z_]+\b")
ASSIGNMENT = re.compile(r"[A-Z_]+=.*")
KANJI_OR_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")

every_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)


def read(document: Path) -> str:
    return document.read_text("utf-8")


def prose(document: Path) -> str:
    """Return a document without its fenced examples."""
    return FENCE.sub("", read(document))


def fenced(document: Path, language: str) -> list[str]:
    """Return the fenced examples in one language, each without its indentation."""
    found = FENCE.findall(read(document))
    return [
        "\n".join(line.strip() for line in body.splitlines())
        for kind, body in found
        if kind == language
    ]


def anchors(document: Path) -> set[str]:
    """Return the anchors of a document's headings, made as GitHub makes them."""
    plain = (
        re.sub(r"[^\w\- ]", "", heading).lower() for heading in HEADING.findall(read(document))
    )
    return {heading.replace(" ", "-") for heading in plain}


def commands(document: Path) -> list[list[str]]:
    """Return every command line of a document's examples, without settings in front."""
    examples = (body.replace("\\\n", " ") for body in fenced(document, "sh"))
    lines = [line for body in examples for line in body.splitlines()]
    return [without_settings(shlex.split(line)) for line in lines if line]


def without_settings(words: list[str]) -> list[str]:
    while words and ASSIGNMENT.fullmatch(words[0]):
        words = words[1:]
    return words


def said(document: Path) -> Iterator[list[str]]:
    """Yield the bank's own commands that a document names in its text, maybe cut short."""
    if document.parent.name == "spec":
        return  # a format's first line may begin like a command
    for text in INLINE.findall(prose(document)):
        if text.startswith("infobank "):
            yield text.split()[1:]


def examples_and_code(document: Path) -> list[str]:
    """Return what a document shows to be typed: its examples in sh, and its inline code."""
    return [*fenced(document, "sh"), *INLINE.findall(prose(document))]


def subcommands(grammar: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in grammar._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def is_command(words: list[str]) -> bool:
    """Tell whether words begin a command of the bank; `COMMAND` stands for any."""
    grammar = parser()
    for word in words:
        deeper = subcommands(grammar)
        if not deeper:
            return not word.startswith("--") or word in grammar._option_string_actions
        if word not in deeper:
            return word.isupper()
        grammar = deeper[word]
    return True


def make_targets() -> set[str]:
    return set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8")))


def rows(document: Path) -> list[list[str]]:
    """Return the rows of a document's tables, heads and rules left out."""
    lines = [line for line in read(document).splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if not set(row[0]) <= {"-", " ", ":"}]


@every_document
def test_every_link_between_documents_leads_somewhere(document: Path):
    broken = []
    for target in LINK.findall(prose(document)):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = unquote(target).partition("#")
        linked = (document.parent / place).resolve() if place else document
        if not linked.exists() or (anchor and anchor not in anchors(linked)):
            broken.append(target)
    assert broken == []


@every_document
def test_every_file_that_is_named_exists(document: Path):
    named = [text for text in INLINE.findall(prose(document)) if OURS.fullmatch(text)]
    assert [text for text in named if not (ROOT / text).exists()] == []


@every_document
def test_every_setting_that_is_named_is_read(document: Path):
    known = set(SETTING.findall((ROOT / "infobank" / "config.py").read_text("utf-8")))
    assert set(SETTING.findall(read(document))) <= known | {"INFOBANK_TEST_INPUTS"}


@every_document
def test_every_command_of_the_bank_that_is_named_exists(document: Path):
    assert [words for words in said(document) if not is_command(words)] == []


@every_document
def test_every_make_target_that_is_named_exists(document: Path):
    named = {found for text in examples_and_code(document) for found in MAKE.findall(text)}
    assert named <= make_targets()


@pytest.mark.parametrize("document", STEPS, ids=lambda path: path.parent.name)
def test_every_command_to_type_is_understood(document: Path):
    own = [words for words in commands(document) if words[0].endswith("infobank")]
    assert own
    for words in own:
        assert parser().parse_args(words[1:]).run


@pytest.mark.parametrize("document", STEPS, ids=lambda path: path.parent.name)
def test_every_option_handed_to_make_demo_is_understood(document: Path):
    handed = [
        words[2] for words in commands(document) if words[:2] == ["make", "demo"] and words[2:]
    ]
    assert handed
    for arguments in handed:
        assert parser().parse_args(["demo", *shlex.split(arguments.removeprefix("ARGS="))]).run


def test_a_command_that_does_not_exist_is_found():
    """The tests above can fail."""
    assert not is_command(["log", "forget"])
    assert not is_command(["demo", "--quietly"])
    assert is_command(["log", "key", "--paper"])


def test_the_readme_begins_with_the_two_commands():
    assert fenced(README, "sh")[0].splitlines() == ["make demo", "make test"]
    assert {"demo", "test"} <= make_targets()


def test_the_readme_is_short_enough_to_be_read():
    assert len(read(README).splitlines()) <= LONGEST_README


def test_both_readmes_walk_the_same_way():
    english, japanese = (
        [fenced(document, "sh"), fenced(document, ""), re.findall(r"(?m)^\d+\.", read(document))]
        for document in STEPS
    )
    assert english == japanese


@pytest.mark.parametrize("document", STEPS, ids=lambda path: path.parent.name)
def test_the_import_rule_shown_is_the_one_that_is_enforced(document: Path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers")
    assert "\n".join(layers) in fenced(document, "")


@pytest.mark.parametrize(
    ("document", "quoted", "language"),
    [
        (README, re.compile(r"\*([A-Z][^*\n]+)\*"), "en"),
        (JAPANESE, re.compile(r"「([^」\n]+)」を"), "ja"),
    ],
    ids=["en", "ja"],
)
def test_every_label_of_the_walk_is_on_a_page(
    document: Path, quoted: re.Pattern[str], language: str
):
    texts = ROOT / "infobank" / "web" / "portal" / "texts" / language
    pages = ROOT / "infobank" / "demo" / "provider" / "pages.py"
    shown = "".join(path.read_text("utf-8") for path in (*texts.glob("*.toml"), pages))
    steps = re.findall(r"(?ms)^\d+\. \*\*[^*]+\*\*(.+?)(?=^\d+\. |^\S)", read(document))
    labels = [label for step in steps for label in quoted.findall(step)]
    assert labels
    assert [label for label in labels if f'"{label}"' not in shown] == []


def test_every_name_the_architecture_mentions_occurs_in_the_code():
    places = [*ROOT.glob("infobank/**/*.py"), *ROOT.glob("policies/**/*.toml")]
    known = set(re.findall(r"\w+", "\n".join(path.read_text("utf-8") for path in places)))
    named = {text for text in INLINE.findall(prose(ARCHITECTURE)) if NAME.fullmatch(text)}
    assert named
    assert {text for text in named if text.removesuffix("()") not in known} == set()


def test_the_architecture_names_every_role_and_every_table():
    text = read(ARCHITECTURE)
    roles = {role for database in DATABASES.values() for role in database.everyone}
    tables = {*records.tables, *keys.tables}
    assert {name for name in roles | tables if f"`{name}`" not in text} == set()


def test_the_architecture_puts_every_table_in_the_scope_it_declares():
    shown = {
        (scope.strip("`"), table)
        for scope, _, tables in (row for row in rows(ARCHITECTURE) if row[0].startswith("`"))
        for table in INLINE.findall(tables)
        if table in {*records.tables, *keys.tables}
    }
    declared = {
        (str(table.info["scope"]), table.name)
        for metadata in (records, keys)
        for table in metadata.sorted_tables
    }
    assert shown == declared


def test_the_glossary_has_every_word_of_the_house():
    entries = {row[0] for row in rows(GLOSSARY)}
    assert [word for word in WORDS if word not in entries] == []


def test_every_word_of_the_glossary_has_its_japanese_and_its_place():
    entries = [row for row in rows(GLOSSARY) if row[0] != "Word"]
    assert len(entries) >= len(WORDS)
    for word, japanese, meaning, where in entries:
        assert KANJI_OR_KANA.search(japanese), word
        assert meaning, word
        assert where == "—" or (ROOT / where.strip("`")).exists(), word


def test_no_word_is_in_the_glossary_twice():
    entries = [row[0] for row in rows(GLOSSARY) if row[0] != "Word"]
    assert len(entries) == len(set(entries))


def test_decision_records_are_numbered_without_a_gap():
    assert [path.name[:4] for path in RECORDS] == [f"{number:04}" for number in range(len(RECORDS))]
    assert RECORDS


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_decision_record_is_short_and_whole(record: Path):
    text = read(record)
    assert text.startswith(f"# {record.name[:4]}. ")
    assert [part for part in PARTS_OF_A_RECORD if part not in text] == []
    assert len(text.splitlines()) <= LONGEST_RECORD
