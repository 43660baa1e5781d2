"""RFC 9449: DPoP, with the RFC's own proofs and token; RFC 7638 and RFC 8037 thumbprints."""

from datetime import UTC, datetime, timedelta

import pytest

from infobank.oauth.access import challenge
from infobank.oauth.dpop import verify_proof
from infobank.oauth.errors import InvalidDpopProofError, InvalidTokenError
from infobank.oauth.wire.keys import read_public_key

_HEADER = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6Ik"
    "VDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCR"
    "nMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JE"
    "QSIsImNydiI6IlAtMjU2In19"
)
TOKEN_PROOF = (
    _HEADER + ".eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIj"
    "oiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwia"
    "WF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg"
    "4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
)
RESOURCE_PROOF = (
    _HEADER + ".eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIj"
    "oiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0Z"
    "WRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNF"
    "c05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71E"
    "OptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
)
ACCESS_TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
THUMBPRINT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
TOKEN_TIME = datetime.fromtimestamp(1562262616, UTC)
RESOURCE_TIME = datetime.fromtimestamp(1562262618, UTC)


def test_section_4_1_the_published_proof_holds_and_has_the_published_thumbprint():
    proof = verify_proof([TOKEN_PROOF], "POST", "https://server.example.com/token", TOKEN_TIME)
    assert proof.jkt == THUMBPRINT
    assert proof.jti == "-BwC3ESc6acc2lTc"
    assert proof.expires_at == TOKEN_TIME + timedelta(seconds=60)


def test_section_7_1_the_published_proof_holds_for_the_published_token():
    proof = verify_proof(
        [RESOURCE_PROOF],
        "GET",
        "https://resource.example.org/protectedresource",
        RESOURCE_TIME,
        access_token=ACCESS_TOKEN,
        expected_jkt=THUMBPRINT,
    )
    assert proof.jti == "e1j3V_bKic8-LAEB"


def test_section_4_3_the_published_proofs_do_not_change_places():
    resource = "https://resource.example.org/protectedresource"
    for proof, method, url, instant, token in (
        (RESOURCE_PROOF, "GET", resource, RESOURCE_TIME, ACCESS_TOKEN + "x"),
        (RESOURCE_PROOF, "POST", resource, RESOURCE_TIME, ACCESS_TOKEN),
        (RESOURCE_PROOF, "GET", resource + "s", RESOURCE_TIME, ACCESS_TOKEN),
        (RESOURCE_PROOF, "GET", resource, RESOURCE_TIME + timedelta(seconds=61), ACCESS_TOKEN),
        (TOKEN_PROOF, "POST", "https://server.example.com/token", TOKEN_TIME, ACCESS_TOKEN),
    ):
        with pytest.raises(InvalidDpopProofError):
            verify_proof([proof], method, url, instant, access_token=token)


def test_section_4_3_every_bit_of_the_signature_counts():
    signed, _, signature = TOKEN_PROOF.rpartition(".")
    for place in range(0, 84, 7):
        other = "A" if signature[place] != "A" else "B"
        changed = f"{signed}.{signature[:place]}{other}{signature[place + 1 :]}"
        with pytest.raises(InvalidDpopProofError):
            verify_proof([changed], "POST", "https://server.example.com/token", TOKEN_TIME)


def test_section_7_1_the_challenge_names_the_error_and_the_algorithms():
    value = challenge("https://rs.example/meta", InvalidTokenError("expired"))
    assert value.startswith('DPoP error="invalid_token"')
    assert 'algs="ES256 EdDSA"' in value


def test_rfc_8037_appendix_a_3_the_thumbprint_of_an_ed25519_key():
    jwk = {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }
    assert read_public_key(jwk).thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
