"""Turn a view and its reader into a page of HTML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from infobank.vocabulary.counted import Counted
from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import Language, Text
from infobank.web.portal import formats
from infobank.web.portal.addresses import address
from infobank.web.portal.assets import fingerprints
from infobank.web.portal.charts.bars import bars_chart
from infobank.web.portal.charts.code import square_code
from infobank.web.portal.charts.daily import daily_chart
from infobank.web.portal.charts.intervals import Words as ChartWords
from infobank.web.portal.charts.intervals import interval_chart
from infobank.web.portal.charts.plot import Naming
from infobank.web.portal.charts.years import years_chart
from infobank.web.portal.furigana import Furigana, load_furigana
from infobank.web.portal.navigation import links
from infobank.web.portal.pages import PAGES
from infobank.web.portal.reader import Reader
from infobank.web.portal.textnodes import change_words
from infobank.web.portal.texts import Texts, Words, load_texts
from infobank.web.portal.views.shared import DailySeries, NamedSeries

Series = TypeVar("Series", DailySeries, NamedSeries)

FOLDER = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Pages:
    """Every page of the portal in every language, ready to be rendered."""

    environments: Mapping[Language, Environment]
    words: Words
    furigana: Furigana

    def render(self, name: str, view: object, reader: Reader) -> str:
        """Return one page as HTML.

        Raises:
            KeyError: there is no such page.
            TypeError: the view is not this page's.
        """
        page = PAGES[name]
        if not isinstance(view, page.view):
            raise TypeError(f"page {name} shows a {page.view.__name__}")
        template = self.environments[reader.language].get_template(page.template)
        html = template.render(
            view=view, reader=reader, page=name, links=links(reader), fresh=count(1).__next__
        )
        return self._help(html, reader)

    def main(self, name: str, view: object, reader: Reader) -> Markup:
        """Return what a page says, without its head and foot: to be shown inside another.

        Raises:
            KeyError: there is no such page.
            TypeError: the view is not this page's.
        """
        _, _, inside = self.render(name, view, reader).partition("<main")
        said, _, _ = inside.partition(">")[2].rpartition("</main>")
        return Markup(said)  # noqa: S704 - the page escaped what it was given

    def _help(self, html: str, reader: Reader) -> str:
        """Return a page with the years and the readings its reader asked for."""
        if reader.era and reader.language.japanese:
            html = change_words(html, formats.add_eras)
        if reader.furigana:
            html = change_words(html, self.furigana)
        return html


def load_pages(zone: str) -> Pages:
    """Read templates, texts and static files once; instants are shown in the zone's time.

    Raises:
        ConfigurationError: the texts of two languages differ.
    """
    assets = fingerprints()
    texts = load_texts()
    here = ZoneInfo(zone)
    environments = {language: _environment(texts[language], assets, here) for language in Language}
    return Pages(environments, Words(texts), load_furigana())


def _environment(texts: Texts, assets: Mapping[str, str], zone: ZoneInfo) -> Environment:
    """Return templates that speak one language.

    INVARIANT: everything is escaped, and a name that a view lacks is an error.
    """
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(_filters(texts, zone))
    environment.globals.update(
        t=texts.say,
        address=address,
        asset=assets.__getitem__,
        language=texts.language,
        languages=MappingProxyType(
            {Language.JA: "日本語", Language.EASY: "やさしい日本語", Language.EN: "English"}
        ),
        daily_chart=partial(_chart, daily_chart, texts),
        years_chart=partial(_chart, years_chart, texts),
        bars_chart=partial(_chart, bars_chart, texts),
        square_code=square_code,
        interval_chart=partial(interval_chart, language=texts.language),
        ChartWords=ChartWords,
    )
    return environment


def _chart(
    draw: Callable[[Series, Naming, Language], Markup],
    texts: Texts,
    series: Series,
    *naming: str,
) -> Markup:
    """Draw a series whose unit is written as people do; `naming` is key, title and description."""
    shown = replace(series, unit=texts.unit(series.unit))
    return draw(shown, Naming(*naming), texts.language)


def _filters(texts: Texts, zone: ZoneInfo) -> Mapping[str, object]:
    """Return how values are written in one language."""
    language = texts.language

    def words(text: Text) -> str:
        return text.in_(language)

    def day(value: date) -> str:
        return formats.show_day(value, language)

    def month(value: date) -> str:
        return formats.show_month(value, language)

    def instant(value: datetime) -> str:
        return formats.show_instant(value, language, zone)

    def period(value: Period) -> str:
        return formats.show_period(value, language)

    def counted(value: int | Counted, noun: str) -> str:
        found = value if isinstance(value, Counted) else Counted(value)
        return more(found, texts.count(noun, found.number, formats.show_number(found.number)))

    def number(value: int | Counted, places: int = 0) -> str:
        if isinstance(value, Counted):
            return more(value, formats.show_number(value.number))
        return formats.show_number(value, places)

    def more(value: Counted, shown: str) -> str:
        return texts.say("count.more", n=shown) if value.more else shown

    return {
        "words": words,
        "day": day,
        "month": month,
        "instant": instant,
        "period": period,
        "number": number,
        "counted": counted,
        "unit": texts.unit,
    }
