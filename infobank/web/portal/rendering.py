"""Turn a view and its reader into a page of HTML."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import Language, Text
from infobank.web.portal import formats
from infobank.web.portal.addresses import address
from infobank.web.portal.assets import fingerprints
from infobank.web.portal.charts.daily import daily_chart
from infobank.web.portal.charts.intervals import Words as ChartWords
from infobank.web.portal.charts.intervals import interval_chart
from infobank.web.portal.navigation import links
from infobank.web.portal.pages import PAGES
from infobank.web.portal.reader import Reader
from infobank.web.portal.texts import Texts, Words, load_texts
from infobank.web.portal.views.shared import DailySeries

FOLDER = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Pages:
    """Every page of the portal in every language, ready to be rendered."""

    environments: Mapping[Language, Environment]
    words: Words

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
        return template.render(view=view, reader=reader, page=name, links=links(reader))


def load_pages(zone: str) -> Pages:
    """Read templates, texts and static files once; instants are shown in the zone's time.

    Raises:
        ConfigurationError: the texts of two languages differ.
    """
    assets = fingerprints()
    texts = load_texts()
    here = ZoneInfo(zone)
    environments = {language: _environment(texts[language], assets, here) for language in Language}
    return Pages(environments, Words(texts))


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
        daily_chart=partial(_daily_chart, texts),
        interval_chart=partial(interval_chart, language=texts.language),
        ChartWords=ChartWords,
    )
    return environment


def _daily_chart(
    texts: Texts, series: DailySeries, key: str, title: str, description: str
) -> Markup:
    shown = replace(series, unit=texts.unit(series.unit))
    return daily_chart(shown, key, title, description, texts.language)


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

    def counted(value: int, noun: str) -> str:
        return texts.count(noun, value, formats.show_number(value))

    return {
        "words": words,
        "day": day,
        "month": month,
        "instant": instant,
        "period": period,
        "number": formats.show_number,
        "counted": counted,
        "unit": texts.unit,
    }
