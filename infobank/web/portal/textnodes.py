"""Change the Japanese words of a finished page, and nothing else of it."""

import re
from collections.abc import Callable

KEPT = frozenset({"title", "textarea", "option", "pre", "code", "svg", "ruby"})
"""Elements whose words stay as they are: they hold no markup, or are to be copied as they stand."""

JAPANESE = re.compile(r"[\u3400-\u9fff々]")
"""A Chinese character: a text without one is left alone."""

_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([a-zA-Z0-9]+)")


def change_words(html: str, change: Callable[[str], str]) -> str:
    """Return a page, each text node with Chinese characters given through `change` as HTML.

    INVARIANT: the page is one of our own templates', in which everything is escaped, so that
    `<` and `>` stand in tags alone.
    """
    parts = _TAG.split(html)
    inside: list[str] = []
    for place, part in enumerate(parts):
        if place % 2:
            _step(part, inside)
        elif not inside and JAPANESE.search(part):
            parts[place] = change(part)
    return "".join(parts)


def _step(tag: str, inside: list[str]) -> None:
    """Go into or out of an element whose words are kept."""
    found = _NAME.match(tag)
    if found is None or found[1] not in KEPT:
        return
    if tag.startswith("</"):
        inside.pop()
    elif not tag.endswith("/>"):
        inside.append(found[1])
