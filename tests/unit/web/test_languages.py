"""A caller hears words in the language it likes best of those the bank speaks."""

import pytest
from aiohttp.test_utils import make_mocked_request

from infobank.vocabulary.text.language import Language
from infobank.web.languages import language_asked


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", Language.EN),
        ("ja", Language.JA),
        ("ja-JP", Language.JA),
        ("ja-x-easy", Language.EASY),
        ("JA-X-Easy, ja;q=0.9", Language.EASY),
        ("en-GB;q=0.8, ja;q=0.9", Language.JA),
        ("fr, de", Language.EN),
        ("fr, ja;q=0.1", Language.JA),
        ("ja;q=0, en;q=0.1", Language.EN),
        ("ja;q=0", Language.EN),
        ("ja;q=much, en;q=0.1", Language.EN),
        ("fr," * 20 + "ja", Language.EN),
    ],
)
def test_the_language_liked_best_is_spoken(asked: str, found: Language):
    request = make_mocked_request("GET", "/", headers={"Accept-Language": asked})
    assert language_asked(request) is found


def test_who_asks_for_none_hears_english():
    assert language_asked(make_mocked_request("GET", "/")) is Language.EN
