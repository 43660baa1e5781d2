"""The log's key, written on paper and typed again."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infobank.accesslog.errors import PaperKeyError
from infobank.accesslog.note import Signer, VerifierKey
from infobank.accesslog.paper import from_paper, to_paper

KEY = Signer("log.example/access/2026h2", Ed25519PrivateKey.from_private_bytes(bytes(32))).key.text


def test_a_key_survives_paper():
    assert from_paper(to_paper(KEY)) == KEY


def test_case_of_the_key_spaces_and_blank_lines_do_not_matter():
    typed = [
        line if line.startswith(("N", "i")) else f"  {line.lower()} \n"
        for line in to_paper(KEY).split("\n")
    ]
    assert from_paper("\n\n" + "\n".join(typed)) == KEY


def test_lines_are_short_and_in_groups():
    lines = to_paper(KEY).splitlines()
    assert max(map(len, lines)) <= 40
    key_lines = [line.split() for line in lines if line.startswith("K")]
    assert all(len(group) <= 4 for line in key_lines for group in line[1:])


@pytest.mark.parametrize("line", range(1, 6))
def test_a_lost_line_is_found(line: int):
    lines = to_paper(KEY).splitlines()
    assert len(lines) == 6
    with pytest.raises(PaperKeyError):
        from_paper("\n".join(lines[:line] + lines[line + 1 :]))


def test_swapped_lines_are_found_and_named():
    lines = to_paper(KEY).splitlines()
    lines[3], lines[4] = lines[4], lines[3]
    with pytest.raises(PaperKeyError) as caught:
        from_paper("\n".join(lines))
    assert caught.value.line == 4


def test_a_line_of_another_key_is_found_and_named():
    longer = VerifierKey("x" * 60, bytes(32)).text
    lines, other = to_paper(KEY).splitlines(), to_paper(longer).splitlines()
    assert (lines[2][:4], other[2][:4]) == ("N2/2", "N2/3")
    lines[2] = other[2]
    with pytest.raises(PaperKeyError) as caught:
        from_paper("\n".join(lines))
    assert caught.value.line == 3
    assert "not the line that comes here" in caught.value.message


@pytest.mark.parametrize("text", ["", "\n\n", "hello", "x" * 10_000])
def test_what_is_no_key_is_refused(text: str):
    with pytest.raises(PaperKeyError) as caught:
        from_paper(text)
    assert caught.value.line == 1
