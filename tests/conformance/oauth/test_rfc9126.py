"""RFC 9126: pushed authorization requests, in the shapes of the RFC's examples."""

import re
from dataclasses import dataclass
from uuid import UUID

import pytest

from infobank.oauth.authorize import read_reference
from infobank.oauth.errors import (
    InvalidClientError,
    InvalidRequestError,
    InvalidRequestUriError,
)
from infobank.oauth.pushed import new_request_uri, pushed_response


@dataclass(frozen=True)
class Fixed:
    """Entropy of one value."""

    octet: bytes

    def bytes(self, count: int) -> bytes:
        """Return the octet again and again."""
        return self.octet * count


def test_section_2_2_the_answer_has_a_reference_and_a_lifetime():
    request_uri = new_request_uri(Fixed(b"\x5a"))
    answer = pushed_response(request_uri, UUID(int=1))
    assert answer.keys() == {"request_uri", "expires_in", "request_id"}
    assert re.fullmatch(r"urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}", request_uri)
    assert 5 <= int(answer["expires_in"]) <= 600


def test_section_2_3_an_error_has_the_form_of_the_token_endpoint():
    error = InvalidClientError("unknown")
    assert error.status == 401
    assert error.document().keys() == {"error", "error_description"}


def test_section_4_the_browser_brings_client_id_and_request_uri_alone():
    request_uri = new_request_uri(Fixed(b"\x5a"))
    reference = read_reference([("client_id", "CLIENT1234"), ("request_uri", request_uri)])
    assert (reference.client_id, reference.request_uri) == ("CLIENT1234", request_uri)


def test_section_4_a_request_that_was_not_pushed_is_refused():
    with pytest.raises(InvalidRequestError):
        read_reference([("client_id", "CLIENT1234"), ("response_type", "code")])


def test_section_7_1_a_reference_that_could_be_guessed_is_none_of_ours():
    # The example of section 2.2 is shorter than our 256 bits.
    with pytest.raises(InvalidRequestUriError):
        read_reference(
            [
                ("client_id", "CLIENT1234"),
                ("request_uri", "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c"),
            ]
        )
