"""Charts: exact, labelled, and drawn for wide and for narrow screens."""

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from infobank.vocabulary.text.language import Language, Text
from infobank.web.portal.charts.daily import daily_chart
from infobank.web.portal.charts.intervals import Words, interval_chart
from infobank.web.portal.charts.plot import Naming
from infobank.web.portal.charts.scale import Scale, ticks, trimmed
from infobank.web.portal.views.everybody.public import Figure
from infobank.web.portal.views.shared import DailySeries

WORDS = Words("A <title>", "What it shows", "steps", "95% interval", "cannot be told")


def drawings(markup: str) -> list[ET.Element]:
    """Parse what was drawn: each drawing is XML of its own."""
    return [ET.fromstring(svg) for svg in re.findall("<svg.*?</svg>", markup, re.DOTALL)]  # noqa: S314  our own output


def series(*values: int, places: int = 0) -> DailySeries:
    points = tuple((date(2026, 9, 1 + n), value) for n, value in enumerate(values))
    return DailySeries(Text("歩数", "Steps"), "steps", places, points)


def figure(sex: str, value: int | None, low: int | None, high: int | None) -> Figure:
    return Figure(Text("15歳", "15–29"), Text(sex, sex), value, low, high, 10, 5, 15)


def test_a_drawing_for_each_width_is_named_and_described():
    markup = daily_chart(series(1, 2, 3), Naming("c", "Steps & more", "Three days"), Language.EN)
    wide, narrow = drawings(markup)
    for drawing, size in ((wide, "wide"), (narrow, "narrow")):
        assert drawing.get("class") == f"chart chart-{size}"
        assert drawing.get("aria-labelledby") == f"c-{size}-title c-{size}-desc"
        assert drawing[0].text == "Steps & more"
        assert drawing[1].text == "Three days"


def test_charts_carry_no_style_and_escape_their_words():
    figures = (figure("F", 10, 5, 15), figure("M", None, None, None))
    markup = interval_chart(figures, "f", WORDS, Language.EN)
    markup += daily_chart(series(1), Naming("c", "<x>", "y"), Language.JA)
    assert "style=" not in markup
    assert "fill=" not in markup
    assert "<x>" not in markup
    assert "A &lt;title&gt;" in markup


def test_a_bar_for_each_day_with_a_record_and_none_without():
    gappy = DailySeries(
        Text("歩数", "Steps"), "", 0, ((date(2026, 9, 1), 5), (date(2026, 9, 9), 10))
    )
    chart = daily_chart(gappy, Naming("c", "", ""), Language.EN)
    bars = re.findall('class="chart-bar" d="([^"]*)"', chart)
    assert [path.count("z") for path in bars] == [2, 2]


def test_a_bar_is_as_high_as_its_number():
    markup = daily_chart(series(50, 100), Naming("c", "", ""), Language.EN)
    path = re.findall('class="chart-bar" d="([^"]*)"', markup)[0]
    floor, half, full = (
        float(re.findall(pattern, path)[n])
        for pattern, n in ((r"M[\d.]+ ([\d.]+)V", 0), (r"V([\d.]+)h", 0), (r"V([\d.]+)h", 1))
    )
    assert floor - full == pytest.approx(2 * (floor - half), abs=0.2)


def test_days_and_numbers_are_written_as_the_language_does():
    ja = daily_chart(series(1200, 900), Naming("c", "", ""), Language.JA)
    en = daily_chart(series(1200, 900), Naming("c", "", ""), Language.EN)
    assert ">9月1日<" in ja
    assert ">1 Sep<" in en
    assert ">1,500<" in en


def test_decimals_are_shown_in_the_unit_of_the_label():
    markup = daily_chart(series(740, places=2), Naming("c", "", ""), Language.EN)
    labels = re.findall(r'chart-end"[^>]*>([^<]*)<', markup)
    assert labels[:5] == ["0", "2", "4", "6", "8"]


@pytest.mark.parametrize("values", [(0,), (0, 0, 0), (1,)])
def test_flat_and_single_series_are_drawn(values: tuple[int, ...]):
    assert len(drawings(daily_chart(series(*values), Naming("c", "", ""), Language.EN))) == 2


def test_no_points_draw_nothing():
    assert daily_chart(series(), Naming("c", "", ""), Language.EN) == ""
    assert interval_chart((), "f", WORDS, Language.EN) == ""


def test_every_figure_has_a_whisker_that_spans_its_interval():
    figures = (figure("F", 7000, 6000, 8000), figure("M", 6000, 4000, 10_000))
    wide, _ = drawings(interval_chart(figures, "f", WORDS, Language.EN))
    lines = [
        element
        for element in wide.iter("{http://www.w3.org/2000/svg}line")
        if "chart-whisker" in str(element.get("class")) and element.get("y1") == element.get("y2")
    ]
    spans = [float(str(line.get("x2"))) - float(str(line.get("x1"))) for line in lines[1:]]
    assert len(spans) == 2
    assert spans[1] == pytest.approx(3 * spans[0], rel=0.01)


def test_a_figure_that_cannot_be_told_says_so_and_draws_no_mark():
    markup = interval_chart((figure("F", None, None, None),), "f", WORDS, Language.EN)
    wide, narrow = drawings(markup)
    for drawing in (wide, narrow):
        words = [element.text for element in drawing.iter("{http://www.w3.org/2000/svg}text")]
        discs = list(drawing.iter("{http://www.w3.org/2000/svg}circle"))
        assert "cannot be told" in words
        assert len(discs) == 1  # the legend's


def test_the_wide_drawing_writes_the_interval_beside_the_figure():
    markup = interval_chart((figure("F", 7000, 6000, 8000),), "f", WORDS, Language.EN)
    assert ">7,000 (6,000–8,000)<" in markup
    assert ">7,000<" in markup


@pytest.mark.parametrize(
    ("highest", "most", "expected"),
    [
        (0, 4, (0, 1)),
        (1, 4, (0, 1)),
        (7, 4, (0, 2, 4, 6, 8)),
        (11_000, 5, (0, 5000, 10_000, 15_000)),
        (10_000, 5, (0, 2000, 4000, 6000, 8000, 10_000)),
    ],
)
def test_ticks_are_round_and_reach_the_highest(highest: int, most: int, expected: tuple[int, ...]):
    assert ticks(highest, most) == expected


def test_a_number_off_the_axis_is_put_at_its_end():
    scale = Scale(100, 0.0, 50.0)
    assert [scale.at(value) for value in (-5, 0, 50, 100, 170)] == [0.0, 0.0, 25.0, 50.0, 50.0]


def test_trimming_keeps_whole_numbers_whole():
    assert [trimmed(text) for text in ("2.50", "10.00", "100", "0.0")] == ["2.5", "10", "100", "0"]
