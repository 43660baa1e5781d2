"""Build a request: what is asked for, what the house says to it, and what the resident sees."""

from dataclasses import dataclass

from markupsafe import Markup

from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.filled import FilledForm, Option


@dataclass(frozen=True)
class BuilderCategory:
    """One category with the fields that can be asked for; `chosen` are the ticked values."""

    code: str
    label: Text
    special_care: bool
    fields: tuple[Option, ...]
    chosen: frozenset[str]


@dataclass(frozen=True)
class Complaint:
    """What the house would refuse, and what would change that; `field` is where it is asked."""

    field: str
    words: Text
    change: Text
    law: Text | None = None


@dataclass(frozen=True)
class BuilderPage:
    """`provider_builder`: the form; and once it holds a request, the request and its preview.

    `details` is the JSON of `authorization_details`, empty until there is one.  `query` asks
    for the preview of this very request.
    """

    form: FilledForm
    purposes: tuple[Option, ...]
    modes: tuple[Option, ...]
    categories: tuple[BuilderCategory, ...]
    times: tuple[Option, ...]
    places: tuple[Option, ...]
    numbers: tuple[Option, ...]
    onwards: tuple[Option, ...]
    complaints: tuple[Complaint, ...] = ()
    details: str = ""
    query: str = ""
    asked: bool = False


@dataclass(frozen=True)
class SeenPage:
    """`builder_preview`: the very page a resident would see, in one language, not to be used.

    `body` is made by the resident's own page; `back` leads to the form.
    """

    body: Markup
    language: str
    back: str
    query: str
