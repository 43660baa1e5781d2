"""やさしい日本語: written for itself, in short sentences and easy words."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from infobank.vocabulary.text.language import Language
from infobank.web.api.contract.errors import error_catalogue
from infobank.web.portal.texts import load_texts
from infobank.web.problems import HTTP_TITLES, http_title

TEXTS = load_texts()
EASY, JAPANESE = TEXTS[Language.EASY].entries, TEXTS[Language.JA].entries
POLICIES = Path(__file__).parents[3] / "policies"

LONGEST = 60
"""Letters of a sentence."""

SHORT = 27
"""A text of fewer letters may be easy as it is: the same in both."""

WORD = 8
"""Letters of the longest name of the policies that needs no easy one."""

ALIKE = re.compile(r"(bank|count|unit)\..*|reading\.era")
"""Names, units and examples: the same in both on purpose."""

HARD = (
    *("オプト", "コンセント", "プロバイダ", "ポリシー", "アカウント", "ステータス", "リクエスト"),
    *("アクセス", "サインイン", "サインアウト", "ダウンロード", "アップロード", "チェックポイント"),
    *("プライバシー", "データベース", "パスワード", "ログイン", "ログアウト", "セキュリティ"),
    *(
        "要配慮",
        "撤回",
        "提供先",
        "第三者",
        "委任",
        "便益",
        "取得",
        "当該",
        "および",
        "または、または",
    ),
)
"""Words that somebody who still learns Japanese does not know; say what they mean instead."""


POLITE = re.compile(r".*(です|ます|ません|ました|でした|ください|か|い|を)[」)]*")
"""How a sentence ends."""


def sentences(text: str) -> Iterator[str]:
    yield from re.split(r"[。\n]", text)


def test_no_easy_text_is_a_copy_of_the_japanese_one():
    copied = [
        key
        for key, text in EASY.items()
        if text == JAPANESE[key]
        and not ALIKE.fullmatch(key)
        and len(re.sub(r"\{[a-z_]+\}", "", text)) >= SHORT
    ]
    assert copied == []


def test_no_sentence_is_long():
    assert [key for key, text in EASY.items() if max(map(len, sentences(text))) > LONGEST] == []


def test_no_word_is_hard():
    found = [(key, word) for key, text in EASY.items() for word in HARD if word in text]
    assert found == []


def test_sentences_speak_politely():
    """A sentence that ends with a full stop ends in です, ます, or asks or invites."""
    ends = [
        (key, said)
        for key, text in EASY.items()
        for said in re.findall(r"([^。]+?)(?:\([^()]*\))?。", text)
        if not POLITE.fullmatch(said.strip())
    ]
    assert ends == []


def test_what_an_error_means_is_said_in_easy_words():
    for title in (*(row.meaning for row in error_catalogue()), *map(http_title, HTTP_TITLES)):
        assert not [word for word in HARD if word in title.easy], title
        assert all(POLITE.fullmatch(said) for said in title.easy.split("。")), title


def labels(table: Mapping[str, object], file: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    if "ja" in table and "en" in table:
        yield file, table
        return
    for value in table.values():
        for inside in value if isinstance(value, list) else [value]:
            if isinstance(inside, dict):
                yield from labels(inside, file)


def test_descriptions_of_the_policies_have_easy_words():
    lacking = [
        (file, words["ja"])
        for part in ("categories", "purposes", "recipients", "inquiries")
        for path in sorted((POLICIES / part).glob("*.toml"))
        for file, words in labels(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
        if "easy" not in words and len(str(words["ja"])) > WORD
    ]
    assert lacking == []
