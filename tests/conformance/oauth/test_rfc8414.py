"""RFC 8414: authorization server metadata, judged by Authlib's validator; RFC 9126, 9207, 9449."""

from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url

from infobank.oauth.metadata import SERVER_METADATA_PATH, server_metadata

ISSUER = "https://bank.example"


def test_section_2_the_document_is_valid():
    AuthorizationServerMetadata(server_metadata(ISSUER)).validate()


def test_section_3_1_it_stands_at_the_well_known_place():
    assert get_well_known_url(ISSUER, external=True) == ISSUER + SERVER_METADATA_PATH


def test_a09_section_3_3_the_issuer_is_the_one_it_was_fetched_from():
    assert server_metadata(ISSUER)["issuer"] == ISSUER


def test_it_offers_only_what_the_profile_allows():
    document = server_metadata(ISSUER)
    assert document["require_pushed_authorization_requests"] is True
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert document["dpop_signing_alg_values_supported"] == ["ES256", "EdDSA"]
    assert document["authorization_details_types_supported"] == ["personal_data/v1"]
