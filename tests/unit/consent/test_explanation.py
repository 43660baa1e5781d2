"""A refusal says in the reader's language what was wrong, and what would change it."""

from dataclasses import replace
from pathlib import Path

import pytest

from infobank.consent.decision import decide
from infobank.consent.explanation import explain
from infobank.policies import read_policies
from infobank.vocabulary.text.language import Language

PHRASES = read_policies(Path(__file__).parents[3] / "policies", "Asia/Tokyo").phrases


@pytest.mark.parametrize(
    ("language", "words", "law"),
    [
        (Language.JA, "同意がありません。", "個人情報保護法 第27条第1項"),
        (Language.EASY, "あなたは 「はい」と 答えて いません。", "個人情報保護法 第27条第1項"),
        (Language.EN, "There is no consent.", "APPI article 27(1)"),
    ],
)
def test_a_refusal_is_explained_in_the_language_of_the_reader(question, language, words, law):
    decision = decide(replace(question, consent=None))
    (told,) = explain(decision.reasons, PHRASES, language)
    assert (told.rule, told.words, told.law) == ("no_consent", words, law)
    assert told.change


def test_all_reasons_are_explained_in_the_order_of_the_decision(asked):
    decision = decide(asked(purpose="adverts"))
    assert len(decision.reasons) > 1
    told = explain(decision.reasons, PHRASES, Language.JA)
    assert tuple(each.rule for each in told) == decision.reasons


def test_a_permit_says_what_would_end_it(question):
    (told,) = explain(decide(question).reasons, PHRASES, Language.EN)
    assert told.rule == "consent_covers_request"
    assert "withdrawn" in told.change


def test_a_reason_of_an_older_bank_is_told_by_its_name():
    (told,) = explain(("consent_of_other_resident",), PHRASES, Language.EN)
    assert (told.words, told.change, told.law) == ("consent_of_other_resident", "", "")
