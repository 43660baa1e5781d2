"""Readings and eras on a finished page: right, and nothing else of the page is changed."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from portal_examples.pages import examples, reader_of

from infobank.vocabulary.text.language import Language
from infobank.web.portal.formats import add_eras
from infobank.web.portal.furigana import Furigana, load_furigana, ruby
from infobank.web.portal.rendering import Pages
from infobank.web.portal.textnodes import KEPT, change_words

SPAN = re.compile(r'<span class="read">(.*?)</span>')
READ = re.compile(r"<ruby>(.*?)<rp>\(</rp><rt>(.*?)</rt><rp>\)</rp></ruby>")


@pytest.fixture(scope="module")
def furigana() -> Furigana:
    return load_furigana()


def read(html: str) -> str:
    """Return a text with its readings in brackets."""
    return READ.sub(r"\1[\2]", SPAN.sub(r"\1", html))


def test_a_reading_leaves_okurigana_out():
    assert read(ruby("取り消し", "トリケシ")) == "取[と]り消[け]し"
    assert read(ruby("渡す", "ワタス")) == "渡[わた]す"
    assert read(ruby("お知らせ", "オシラセ")) == "お知[し]らせ"


def test_a_reading_that_does_not_fit_stands_above_the_whole_word():
    assert read(ruby("渡す", "モラウ")) == "渡す[もらう]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("提供先に渡します", "提供先[ていきょうさき]に渡[わた]します"),
        ("開発者の方へ", "開発者[かいはつしゃ]の方[かた]へ"),
        ("データの使い方", "データの使[つか]い方[かた]"),
        ("何を、何のために", "何[なに]を、何[なん]のために"),
        ("もう一度", "もう一度[いちど]"),
        ("みんなの数と人数を", "みんなの数[かず]と人数[にんずう]を"),
        ("その間、時間に", "その間[あいだ]、時間[じかん]に"),
        ("銀行へ行った", "銀行[ぎんこう]へ行[い]った"),
        ("体の力(カロリー)", "体[からだ]の力[ちから](カロリー)"),
        ("9月1日と9月30日", "9月[がつ]1日[ついたち]と9月[がつ]30日[にち]"),
        ("1日に3回、2日で", "1日[にち]に3回[かい]、2日[ふつか]で"),
        ("1人、2人、30人", "1人[ひとり]、2人[ふたり]、30人[にん]"),
        ("10分と25分", "10分[ぷん]と25分[ふん]"),
        ("分", "分[ふん]"),
        ("20,000歩を歩いた", "20,000歩[ぽ]を歩[ある]いた"),
        ("令和元年5月", "令和[れいわ]元年[がんねん]5月[がつ]"),
        ("A&amp;B社", "A&amp;B社[しゃ]"),
        ("カタカナと字", "カタカナと字[じ]"),
    ],
)
def test_words_of_the_bank_are_read_right(furigana: Furigana, text: str, said: str):
    assert read(furigana(text)) == said


def test_a_text_stays_one_thing_beside_its_neighbours(furigana: Furigana):
    html = furigana("\n  取り消す ")
    assert html.startswith('\n  <span class="read"><ruby>')
    assert html.endswith("す</span> ")


@pytest.mark.parametrize("element", sorted(KEPT))
def test_words_in_titles_forms_code_and_charts_stay_as_they_are(element: str):
    html = f'<p title="漢字">漢字</p><{element} class="漢字">漢字<a>漢字</a></{element}>漢字'
    changed = change_words(html, lambda text: text.upper() + "!")
    assert changed == html.replace(">漢字</p>", ">漢字!</p>").removesuffix("漢字") + "漢字!"


def words_of(html: str) -> str:
    """Return a page's own part, whatever is chosen: the switches themselves do differ."""
    return html[html.index("<main") : html.index("</main>")].replace(" checked", "")


@pytest.fixture(scope="module")
def all_pages(pages: Pages) -> list[tuple[str, str, str]]:
    """Return each example in easy Japanese: its label, and its page without and with aids."""
    found = []
    for example in examples():
        reader = reader_of(example, Language.EASY)
        plain, aided = (
            words_of(pages.render(example.page, example.view, replace(reader, furigana=on, era=on)))
            for on in (False, True)
        )
        found.append((example.label, plain, aided))
    return found


def test_readings_and_eras_change_nothing_else_of_any_page(all_pages: list[tuple[str, str, str]]):
    for label, plain, aided in all_pages:
        without = READ.sub(r"\1", SPAN.sub(r"\1", aided))
        assert without == change_words(plain, add_eras), label
        assert "<ruby>" in aided, label


def test_a_page_with_readings_is_small_enough(all_pages: list[tuple[str, str, str]]):
    assert [label for label, _, aided in all_pages if len(aided.encode()) >= 100_000] == []


def test_english_has_neither_readings_nor_eras(
    pages: Pages, render: Callable[[str, Language], str]
):
    example = next(each for each in examples() if each.label == "about")
    reader = replace(reader_of(example, Language.EN), furigana=False, era=True)
    assert pages.render(example.page, example.view, reader) == render("about", Language.EN)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026年9月30日", "令和8年9月30日(2026年9月30日)"),
        ("2019年4月30日", "平成31年4月30日(2019年4月30日)"),
        ("2019年5月1日", "令和元年5月1日(2019年5月1日)"),
        ("1989年1月7日", "昭和64年1月7日(1989年1月7日)"),
        ("1912年7月30日", "大正元年7月30日(1912年7月30日)"),
        ("1912年7月29日", "明治45年7月29日(1912年7月29日)"),
        ("1872年12月31日", "1872年12月31日"),
        ("2026年9月", "令和8年9月(2026年9月)"),
        ("2026年2月30日", "2026年2月30日"),
        ("12026年9月30日", "12026年9月30日"),
    ],
)
def test_the_year_of_the_era_stands_before_the_western_one(text: str, said: str):
    assert add_eras(text) == said
