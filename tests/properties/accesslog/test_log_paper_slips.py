"""Any single slip when a key is typed from paper is found, and its line named."""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from infobank.accesslog.errors import PaperKeyError
from infobank.accesslog.note import VerifierKey
from infobank.accesslog.paper import from_paper, to_paper

PUBLIC = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"], exclude_characters="+"))


@settings(deadline=None)
@given(NAMES.filter(bool).map(lambda name: name[:80]), st.binary(min_size=32, max_size=32))
def test_every_key_survives_paper(name: str, public: bytes):
    text = VerifierKey(name, public).text
    assert from_paper(to_paper(text)) == text


@settings(deadline=None)
@given(st.data())
def test_a_single_wrong_character_is_found_and_its_line_named(data: st.DataObject):
    paper = to_paper(VerifierKey("log.example/access/2026h2", PUBLIC).text)
    at = data.draw(st.integers(0, len(paper) - 1))
    typed = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    line = paper.count("\n", 0, at) + 1
    right = paper[at]
    assume(not right.isspace())
    # Case carries nothing except in the title and the name.
    is_case = line > 1 and not _in_name(paper, at) and typed.upper() == right.upper()
    assume(typed != right and not is_case)
    try:
        from_paper(paper[:at] + typed + paper[at + 1 :])
    except PaperKeyError as error:
        assert error.line == line  # noqa: PT017 - hypothesis draws inside; one outcome is checked
    else:
        raise AssertionError(f"a slip passed at {at}")


def _in_name(paper: str, at: int) -> bool:
    start = paper.rfind("\n", 0, at) + 1
    words = paper[start:].split("\n", 1)[0].split()
    offset = at - start
    return words[0].startswith("N") and len(words[0]) < offset < paper[start:].find(words[-1])


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_other_text_is_refused(text: str):
    digest = sha256(text.encode(errors="replace")).hexdigest()
    try:
        from_paper(f"{text}\n{digest}")
    except PaperKeyError:
        return
    raise AssertionError("rubbish was read as a key")
