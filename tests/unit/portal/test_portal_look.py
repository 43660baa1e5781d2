"""The look: colours that everybody can tell apart, named once, and nothing from elsewhere."""

import re
from typing import NamedTuple

import pytest

from infobank.web.portal.assets import FOLDER

SHEETS = tuple(sorted(FOLDER.glob("*.css")))
TOKENS = (FOLDER / "tokens.css").read_text(encoding="utf-8")
HEAVIEST = 60_000
"""Bytes of all style together."""

GROUNDS = ("ground", "surface", "sunken")
SOFT = ("main", "good", "stop", "care")
WORDS = (
    *((ink, ground) for ink in ("ink", "ink-soft", *SOFT) for ground in GROUNDS),
    *((ink, f"{ink}-soft") for ink in SOFT),
    *(("ink", f"{colour}-soft") for colour in SOFT),
    *(("ink-soft", f"{colour}-soft") for colour in SOFT),
    ("on-main", "main"),
    ("ground", "ink"),
)
"""Every pair of words and what they stand on."""

EDGES = tuple(
    (line, ground)
    for line in ("edge", "main", "stop", "series-a", "series-b")
    for ground in GROUNDS
)


class Pair(NamedTuple):
    """A colour in light and in dark."""

    light: str
    dark: str


COLOURS = {
    name: Pair(light, dark)
    for name, light, dark in re.findall(
        r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS
    )
}


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_the_guideline_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_they_stand_on(scheme: str):
    pale = [
        (words, ground)
        for words, ground in WORDS
        if contrast(getattr(COLOURS[words], scheme), getattr(COLOURS[ground], scheme)) < 4.5
    ]
    assert pale == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_of_what_is_used_and_of_charts_can_be_seen(scheme: str):
    pale = [
        (line, ground)
        for line, ground in EDGES
        if contrast(getattr(COLOURS[line], scheme), getattr(COLOURS[ground], scheme)) < 3
    ]
    assert pale == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_can_be_seen_on_any_ground(scheme: str):
    """A line and a ring of opposite brightness: one of them stands out wherever they are."""
    line, ring = (getattr(COLOURS[name], scheme) for name in ("focus", "focus-ring"))
    for pair in COLOURS.values():
        ground = getattr(pair, scheme)
        assert max(contrast(line, ground), contrast(ring, ground)) >= 3


def test_every_token_used_exists_and_every_one_that_exists_is_used():
    style = "\n".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", style))
    assert used == set(re.findall(r"--([a-z0-9-]+):", TOKENS))


def test_colours_are_named_in_one_place():
    for sheet in SHEETS:
        if sheet.name not in {"tokens.css", "print.css"}:
            assert re.findall(r"#[0-9a-f]{3,8}\b", sheet.read_text(encoding="utf-8")) == []


def test_all_style_together_is_small():
    assert sum(sheet.stat().st_size for sheet in SHEETS) <= HEAVIEST


def test_style_loads_nothing_from_elsewhere():
    for path in FOLDER.iterdir():
        content = path.read_text(encoding="utf-8")
        assert "@import" not in content
        assert "url(" not in content
        assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", content) == []
