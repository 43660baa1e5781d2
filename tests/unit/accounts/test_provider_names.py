"""A provider's name is short, composed and free of what could deceive a reader."""

import unicodedata

import pytest

from infobank.accounts.provider import check_name
from infobank.errors import InvalidInputError


def test_a_name_is_composed_and_trimmed():
    assert check_name("  ウォークコーチ ", "name") == unicodedata.normalize("NFC", "ウォークコーチ")
    assert check_name("e\u0301cole", "name") == "\u00e9cole"


@pytest.mark.parametrize(
    "name",
    ["", "   ", "x" * 81, "Bank\u202eknaB", "zero\u200bwidth", "new\nline", "\ue000", "a\x00b"],
    ids=["empty", "blank", "long", "bidi", "zero width", "newline", "private use", "nul"],
)
def test_a_deceiving_name_is_refused(name):
    with pytest.raises(InvalidInputError) as caught:
        check_name(name, "name_en")
    assert caught.value.field == "name_en"
