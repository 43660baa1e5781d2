"""Who reads a page, and how it is addressed to them."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from infobank.accounts.account import Role
from infobank.vocabulary.text.language import Language

CHOICES = frozenset({"lang", "furigana", "dates"})
"""The parameters of an address that choose how pages are read; a cookie keeps each."""


@dataclass(frozen=True)
class Reader:
    """The reader of one page.

    `role` is None for anybody not signed in.  `csrf` goes into every form and never
    into a log or an address.  `path` is the path and query as asked for, such as
    `/history?page=2`.  `waiting` is the number of requests that wait for a resident's answer.
    `acting` is what a guardian calls whom she acts for, None when she acts for herself.
    `furigana` puts readings above Chinese characters, `era` writes years of the era too;
    both matter in Japanese alone.  `ends` is when the session ends if nothing more is done.
    `recovering` tells that a way back into her account waits, which she may have to stop.
    """

    language: Language
    role: Role | None
    csrf: str = field(repr=False)
    demo: bool
    path: str
    waiting: int = 0
    acting: str | None = None
    furigana: bool = False
    era: bool = False
    ends: datetime | None = None
    recovering: bool = False

    @property
    def place(self) -> str:
        """The path alone, without its query: never leads to another host."""
        return "/" + urlsplit(self.path).path.lstrip("/")

    @property
    def here(self) -> str:
        """This page's own address without any choice of reading."""
        return self._address(())

    def path_in(self, language: Language) -> str:
        """Return this page's own address in another language, its other parameters kept."""
        return self.path_with("lang", language.value)

    def path_with(self, choice: str, value: str) -> str:
        """Return this page's own address with one choice of reading made."""
        return self._address(((choice, value),))

    def _address(self, chosen: tuple[tuple[str, str], ...]) -> str:
        asked = parse_qsl(urlsplit(self.path).query, keep_blank_values=True)
        kept = [(name, value) for name, value in asked if name not in CHOICES]
        query = urlencode([*kept, *chosen])
        return f"{self.place}?{query}" if query else self.place
