"""Strangers' words that people read hold nothing that passes for something else."""

import pytest

from infobank.vocabulary.text.script import disguised, unreadable


@pytest.mark.parametrize(
    "text",
    [
        "ウォークコーチ、毎日の歩数から助言します。",
        "Walk Coach (2026) – advice, 10% off",
        "ウォークcoach",
        "ω-3、γ線、μg、ミクロンのµm",
        "々〆ヶヽー・",
        "KADOKAWA",
        "café",
        "葛\U000e0100飾区",
    ],
)
def test_ordinary_words_of_both_languages_pass(text):
    assert not disguised(text)
    assert not unreadable(text)


@pytest.mark.parametrize(
    "text",
    [
        "P\u0430yPal",
        "\u0420\u0430\u0443",
        "B\u03b1nk",
        "\u03b1\u03b2",
        "\u13aa\u13b3",
        "𝐁ank",
        "a\u0323\u0323\u0323",
    ],
    ids=[
        "Cyrillic inside",
        "all Cyrillic",
        "Greek inside",
        "Greek word",
        "Cherokee",
        "bold",
        "piled",
    ],
)
def test_letters_that_look_like_others_are_seen(text):
    assert disguised(text)


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200b", "\n", "\0", "\ue000", "\u2028"])
def test_signs_that_hide_or_turn_text_are_seen(sign):
    assert unreadable(f"bank{sign}")
