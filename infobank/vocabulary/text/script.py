"""Words that strangers write and people read: nothing in them may look like something else."""

import unicodedata
from itertools import pairwise
from typing import Final

# Unicode general categories that no sentence needs: control, format (bidirectional included),
# surrogates, private use, unassigned, line and paragraph separators.
_UNREADABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

_JAPANESE: Final = (
    *("CJK", "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA", "IDEOGRAPHIC", "VERTICAL KANA"),
    "MICRO SIGN",
)
"""How the names of the other letters that Japanese texts hold begin."""


_MICRO: Final = "\u03bc"
"""The Greek letter that keyboards give for "micro": it passes for no Latin one."""


def unreadable(text: str) -> bool:
    """Tell whether a text holds signs that no sentence needs, and that can hide another."""
    return any(unicodedata.category(sign) in _UNREADABLE for sign in text)


def disguised(text: str) -> bool:
    """Tell whether letters stand in a text that can pass for others.

    A letter of a script that the bank's languages do not use, a Greek letter inside a word
    of Latin ones or of its own, or marks piled upon marks.
    """
    kinds = [_kind(sign) for sign in text]
    return "strange" in kinds or not _FORBIDDEN.isdisjoint(pairwise(kinds))


_FORBIDDEN: Final = frozenset(
    {("greek", "greek"), ("greek", "latin"), ("latin", "greek"), ("mark", "mark")}
)
"""What no two neighbours are in a word of the bank's languages."""


def _kind(sign: str) -> str:
    category = unicodedata.category(sign)
    if sign == _MICRO:
        return "sign"
    if category == "Mn":
        return "mark"
    if category[0] != "L":
        return "sign"
    name = unicodedata.name(sign, "")
    if name.startswith("GREEK"):
        return "greek"
    if name.startswith(("LATIN", "FULLWIDTH LATIN")):
        return "latin"
    return "japanese" if name.startswith(_JAPANESE) else "strange"
