"""Walk a parsed JSON document, knowing at every step where one is."""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NoReturn, TypeVar

from infobank.errors import InvalidInputError
from infobank.vocabulary.text.script import disguised, unreadable

_Value = TypeVar("_Value")
_Step = TypeVar("_Step", bound=StrEnum)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWABLE = re.compile(r"[A-Za-z_]{1,40}")


@dataclass(frozen=True)
class Node:
    """One value of a document and its place in it, such as `authorization_details[2].period`.

    Every method that reads raises InvalidInputError when the value is something else; the
    message begins with the place.
    """

    value: object = field(repr=False)
    place: str

    def refuse(self, rule: str) -> NoReturn:
        """Refuse the value: say where it stands and which rule it breaks.

        Raises:
            InvalidInputError: always.
        """
        raise InvalidInputError(f"{self.place}: {rule}", field=self.place)

    def elements(self, most: int) -> list["Node"]:
        """Return the elements of a list of 1 to `most`."""
        if not isinstance(self.value, list) or not 1 <= len(self.value) <= most:
            self.refuse(f"must be a list of 1 to {most} elements")
        return [Node(value, f"{self.place}[{n}]") for n, value in enumerate(self.value)]

    def members(
        self, required: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, "Node"]:
        """Return the members of an object that has all the required ones and no unknown one."""
        if not isinstance(self.value, dict):
            self.refuse("must be an object")
        for name in required:
            if name not in self.value:
                self.refuse(f"{name} is missing")
        for name in self.value.keys() - set(required) - set(optional):
            # A stranger's name is repeated only when it is harmless to print.
            self.refuse(f"{name if _SHOWABLE.fullmatch(name) else 'a member'} is unknown")
        return {name: Node(value, f"{self.place}.{name}") for name, value in self.value.items()}

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.value, str):
            self.refuse("must be a text")
        return self.value

    def words(self, longest: int) -> str:
        """Return a text that people will read: 1 to `longest` characters, no trickery.

        Normal form NFC; no control, format, surrogate, private or unassigned characters (so
        no bidirectional controls, which can make a text read otherwise than it is), no
        letters that pass for others, no line breaks, no blanks around it.
        """
        text = self.text()
        if not 1 <= len(text) <= longest or text != text.strip():
            self.refuse(f"must be 1 to {longest} characters without blanks around them")
        if unreadable(text):
            self.refuse("must hold no control or format characters")
        if disguised(text):
            self.refuse("must hold no letters that look like others")
        if not unicodedata.is_normalized("NFC", text):
            self.refuse("must be in Unicode normal form NFC")
        return text

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            self.refuse("must be true or false")
        return self.value

    def one_of(self, steps: type[_Step]) -> _Step:
        """Return the member of an enumeration that a text names."""
        text = self.text()
        if text not in list(steps):
            self.refuse(f"must be one of {', '.join(steps)}")
        return steps(text)

    def whole(self, least: int, most: int) -> int:
        """Return a whole number from `least` to `most`."""
        if type(self.value) is not int or not least <= self.value <= most:
            self.refuse(f"must be a whole number from {least} to {most}")
        return self.value

    def day(self) -> date:
        """Return a calendar day written `YYYY-MM-DD`."""
        text = self.text()
        try:
            return date.fromisoformat(text if _DAY.fullmatch(text) else "")
        except ValueError:
            self.refuse("must be a day written YYYY-MM-DD")

    def known(self, look_up: Callable[[str], _Value]) -> _Value:
        """Return what a text stands for; `look_up` raises InvalidInputError for an unknown one."""
        text = self.text()
        try:
            return look_up(text)
        except InvalidInputError as error:
            self.refuse(error.message)
