"""Errors speak the RFCs' vocabulary, in the characters the RFCs allow."""

import pytest

from infobank.oauth.errors import (
    InvalidClientError,
    InvalidDpopProofError,
    InvalidRequestError,
    OAuthError,
    RequestDeferredError,
)


def subclasses(kind: type[OAuthError]) -> set[type[OAuthError]]:
    below = set(kind.__subclasses__())
    return below.union(*(subclasses(each) for each in below))


@pytest.mark.parametrize("kind", sorted(subclasses(OAuthError), key=lambda kind: kind.__name__))
def test_an_answer_has_a_code_a_status_and_no_private_detail(kind: type[OAuthError]):
    error = kind("private") if kind.__init__ is not OAuthError.__init__ else kind("public")
    assert set(error.document()) == {"error", "error_description"}
    assert "private" not in error.document()["error_description"]
    assert error.status in {400, 401, 403}
    assert kind.__name__.endswith("Error")
    assert kind.__doc__


def test_descriptions_hold_only_what_rfc_6749_allows():
    shown = InvalidRequestError('a "b" \\ é\r\n').document()["error_description"]
    assert shown == "a 'b' / ???"


def test_statuses_and_codes_are_those_of_the_rfcs():
    assert (InvalidClientError.code, InvalidClientError.status) == ("invalid_client", 401)
    assert (InvalidDpopProofError.code, InvalidDpopProofError.status) == ("invalid_dpop_proof", 400)
    assert RequestDeferredError("later").document()["error"] == "request_deferred"
