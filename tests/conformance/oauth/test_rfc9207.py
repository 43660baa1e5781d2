"""RFC 9207: every authorization response names its issuer."""

from urllib.parse import parse_qs, urlsplit

from infobank.oauth.authorize import error_redirect, success_redirect
from infobank.oauth.errors import AccessDeniedError
from infobank.oauth.metadata import server_metadata

ISSUER = "https://honest.as.example"
CALLBACK = "https://client.example/cb"


def test_section_2_1_the_published_success():
    # Only the order of the parameters and the escaping of `:` and `/` are ours.
    address = success_redirect(
        CALLBACK, "x1848ZT64p4IirMPT0R-X3141MFPTuBX-VFL_cvaplMH58", "ZWVlNDBl", ISSUER
    )
    assert parse_qs(urlsplit(address).query) == {
        "code": ["x1848ZT64p4IirMPT0R-X3141MFPTuBX-VFL_cvaplMH58"],
        "state": ["ZWVlNDBl"],
        "iss": [ISSUER],
    }


def test_section_2_2_an_error_names_the_issuer_too():
    address = error_redirect(CALLBACK, AccessDeniedError("no"), "N2JjNT", ISSUER)
    query = parse_qs(urlsplit(address).query)
    assert (query["error"], query["state"], query["iss"]) == (
        ["access_denied"],
        ["N2JjNT"],
        [ISSUER],
    )


def test_section_2_4_it_is_the_issuer_of_the_metadata():
    address = success_redirect(CALLBACK, "c", None, ISSUER)
    assert parse_qs(urlsplit(address).query)["iss"] == [server_metadata(ISSUER)["issuer"]]
