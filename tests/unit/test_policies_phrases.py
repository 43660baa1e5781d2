"""Every reason, term and consequence has words in every language, and no words stand alone."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from infobank.consent.explanation import REASONS, TERMS, Consequence
from infobank.errors import ConfigurationError, InvalidInputError
from infobank.policies import read_policies
from infobank.policies.phrases import parse_phrases
from infobank.vocabulary.text.language import Language
from infobank.vocabulary.text.table import Table
from infobank.vocabulary.text.words import Words

POLICIES = Path(__file__).parents[2] / "policies"
ZONE = "Asia/Tokyo"
PHRASES = read_policies(POLICIES, ZONE).phrases
KANJI = re.compile(r"[㐀-鿿]")
REASON_FILE, TERM_FILE = "texts/reasons.toml", "texts/terms.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(POLICIES, tmp_path / "policies"))


def every_words() -> list[Words]:
    reasons = PHRASES.reasons.values()
    told = [words for each in reasons for words in (each.words, each.change)]
    return [*told, *PHRASES.terms.values()]


def test_the_words_of_every_reason_and_term_are_there():
    assert set(PHRASES.reasons) == set(REASONS)
    assert set(PHRASES.terms) == set(TERMS)
    assert {f"consequence.{each}" for each in Consequence} <= set(PHRASES.terms)


def test_a_term_is_said_in_the_language_asked_for():
    said = [PHRASES.say("onward.nobody", language) for language in Language]
    assert said == [
        "提供先は、ほかのだれにも渡しません。",
        "あいては、ほかの 人に わたしません。",
        "The recipient passes it on to nobody.",
    ]
    assert PHRASES.say("frequency.bounded", Language.JA, times=2, days=7) == "7日ごとに2回まで"
    with pytest.raises(InvalidInputError):
        PHRASES.say("onward.everybody", Language.JA)


def test_hostile_words_of_a_recipient_are_filled_in_and_never_read_again():
    said = PHRASES.say("benefit.words", Language.JA, words="{days}{0.__class__}")
    assert said == "提供先の言葉:「{days}{0.__class__}」"


@pytest.mark.parametrize("words", every_words(), ids=lambda words: words.en[:40])
def test_easy_japanese_is_easy(words: Words):
    """Few Chinese characters, spaces between words, short sentences."""
    plain = re.sub(r"\{\w+\}", "", words.easy)
    assert words.easy != words.ja or len(plain) < 6
    assert len(KANJI.findall(plain)) <= max(3, len(plain) / 4)
    for sentence in re.split(r"[。:]", plain):
        assert len(sentence) <= 60
        assert len(sentence) < 16 or " " in sentence


def test_english_words_are_english():
    assert [words.en for words in every_words() if not words.en.isascii()] == [
        "In the recipient's own words: “{words}”"
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "named"),
    [
        (REASON_FILE, "[objected]", "[disliked]", "objected: is missing"),
        (REASON_FILE, "[objected]", '[extra]\nwords = "x"\n[objected]', "extra: is unknown"),
        (REASON_FILE, 'easy = "あなたは 「はい」を やめました。", ', "", "words.easy: is missing"),
        (REASON_FILE, 'en = "There is no consent."', 'en = " "', "no_consent.words.en"),
        (REASON_FILE, "change = {", "changes = {", "change: is missing"),
        (REASON_FILE, '第4条", en = "Civil Code article 4"', '第4条"', "guardian_over.law.en"),
        (REASON_FILE, "There is no consent.", "There is no {thing}.", "must name no parts"),
        (REASON_FILE, "There is no consent.", "There is no {consent.", "has a brace"),
        (TERM_FILE, "nobody = {", "somebody = {", "onward.nobody: is missing"),
        (TERM_FILE, "[number]", "[digits]", "number: is missing"),
        (TERM_FILE, "全部で{uses}回まで", "全部で数回まで", "most_uses.bounded.ja: must name uses"),
        (TERM_FILE, "narrow = {", "narrower = {", "consequence.narrow: is missing"),
        (TERM_FILE, "[abroad]", '[abroad]\nmaybe = "?"', "abroad.maybe: is unknown"),
    ],
)
def test_missing_or_stray_words_stop_the_bank(
    folder: Path, name: str, old: str, new: str, named: str
):
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(ConfigurationError) as refused:
        read_policies(folder, ZONE)
    assert refused.value.message.startswith(f"{name}: ")
    assert named in refused.value.message


@pytest.mark.parametrize("reason", REASONS)
def test_the_words_of_each_reason_are_needed(reason: str):
    documents = [tomllib.loads((POLICIES / name).read_text()) for name in (REASON_FILE, TERM_FILE)]
    del documents[0][reason]
    with pytest.raises(ConfigurationError, match=f"{reason}: is missing"):
        parse_phrases(Table(documents[0], REASON_FILE), Table(documents[1], TERM_FILE))


def test_changing_a_word_changes_the_digest(folder: Path):
    first = read_policies(folder, ZONE).policies.digest
    path = folder / REASON_FILE
    path.write_text(path.read_text().replace("There is no consent.", "No consent."))
    assert read_policies(folder, ZONE).policies.digest != first


def test_every_law_names_an_article_or_a_guideline():
    laws = [
        part["law"]
        for part in tomllib.loads((POLICIES / REASON_FILE).read_text()).values()
        if "law" in part
    ]
    assert len(laws) >= 15
    for law in laws:
        assert re.search(r"第\d+条|指針", law["ja"]), law
        assert re.search(r"article \d+|Guideline", law["en"]), law
