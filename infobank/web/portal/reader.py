"""Who reads a page, and how it is addressed to them."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from infobank.accounts.account import Role
from infobank.vocabulary.text.language import Language


@dataclass(frozen=True)
class Reader:
    """The reader of one page.

    `role` is None for anybody not signed in.  `csrf` goes into every form and never
    into a log or an address.  `path` is the path and query as asked for, such as
    `/history?page=2`.  `waiting` is the number of requests that wait for a resident's answer.
    `acting` is what a guardian calls whom she acts for, None when she acts for herself.
    """

    language: Language
    role: Role | None
    csrf: str = field(repr=False)
    demo: bool
    path: str
    waiting: int = 0
    acting: str | None = None

    @property
    def place(self) -> str:
        """The path alone, without its query: never leads to another host."""
        return "/" + urlsplit(self.path).path.lstrip("/")

    def path_in(self, language: Language) -> str:
        """Return this page's own address in another language, its other parameters kept."""
        asked = parse_qsl(urlsplit(self.path).query)
        kept = [(name, value) for name, value in asked if name != "lang"]
        return f"{self.place}?{urlencode([*kept, ('lang', language.value)])}"
