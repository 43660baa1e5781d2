"""Pushed requests, tokens, revocation, and the documents that describe them."""

from datetime import datetime

from aiohttp import web

from infobank.errors import InvalidInputError
from infobank.oauth.client import Client
from infobank.oauth.dpop import Proof, verify_proof
from infobank.oauth.errors import InvalidRequestError
from infobank.oauth.metadata import resource_metadata, server_metadata
from infobank.oauth.pushed import pushed_response
from infobank.oauth.wire.form import LONGEST_FORM, Pairs, single
from infobank.web.forms import read_pairs
from infobank.web.state import BANK, SURROUNDINGS

DPOP = "DPoP"


async def server_document(request: web.Request) -> web.Response:
    """Describe the authorization server (RFC 8414)."""
    return web.json_response(server_metadata(request.app[SURROUNDINGS].public_url))


async def resource_document(request: web.Request) -> web.Response:
    """Describe the resource server (RFC 9728)."""
    issuer = request.app[SURROUNDINGS].public_url
    return web.json_response(resource_metadata(issuer, issuer))


async def keys(request: web.Request) -> web.Response:
    """Return the keys that check what the bank signs (RFC 7517)."""
    return web.json_response(await request.app[BANK].sign.key_set())


async def push(request: web.Request) -> web.Response:
    """Take a pushed authorization request (RFC 9126)."""
    bank, pairs = request.app[BANK], await read_form(request)
    # INVARIANT: the time is taken after the body has come.  Were it taken before, a caller who
    # sends slowly would keep expired codes, proofs and assertions alive.
    now = bank.clock.now()
    client = await _client(request, pairs, now)
    jkt = None
    if DPOP in request.headers:
        jkt = (await used_proof(request, now)).jkt
    pushed = await bank.push(_without_assertion(pairs), client, jkt, now)
    return web.json_response(pushed_response(*pushed), status=201)


async def token(request: web.Request) -> web.Response:
    """Issue tokens for a code or a refresh token (RFC 6749 section 3.2)."""
    bank, pairs = request.app[BANK], await read_form(request)
    # INVARIANT: the time is taken after the body has come.  Were it taken before, a caller who
    # sends slowly would keep expired codes, proofs and assertions alive.
    now = bank.clock.now()
    client = await _client(request, pairs, now)
    proof = await used_proof(request, now)
    return web.json_response(await bank.issue(_without_assertion(pairs), client, proof, now))


async def revoke(request: web.Request) -> web.Response:
    """Take a token back (RFC 7009)."""
    bank, pairs = request.app[BANK], await read_form(request)
    # INVARIANT: the time is taken after the body has come.  Were it taken before, a caller who
    # sends slowly would keep expired codes, proofs and assertions alive.
    now = bank.clock.now()
    client = await _client(request, pairs, now)
    await bank.revoke(_without_assertion(pairs), client, now)
    return web.Response()


async def read_form(request: web.Request) -> Pairs:
    """Return a form's parameters as they came, repetitions kept.

    Raises:
        HTTPUnsupportedMediaType: the body is not a form.
        HTTPRequestEntityTooLarge: it is longer than 64 KiB.
        InvalidRequestError: it is not UTF-8, or has too many parameters.
    """
    try:
        return await read_pairs(request, LONGEST_FORM)
    except InvalidInputError as error:
        raise InvalidRequestError(error.message) from None


async def used_proof(
    request: web.Request, now: datetime, *, access_token: str | None = None
) -> Proof:
    """Return the request's DPoP proof, checked and used up.

    Raises:
        InvalidDpopProofError: there is not exactly one, it is not for this request, or it
            was used before.
    """
    proof = checked_proof(request, now, access_token=access_token)
    await request.app[BANK].use_proof(proof)
    return proof


def checked_proof(request: web.Request, now: datetime, *, access_token: str | None = None) -> Proof:
    """Return the request's DPoP proof, checked but not used up."""
    # The address is the public one from the settings: the Host header is the caller's word.
    url = request.app[SURROUNDINGS].public_url + request.path
    headers = request.headers.getall(DPOP, [])
    return verify_proof(headers, request.method, url, now, access_token=access_token)


async def _client(request: web.Request, pairs: Pairs, now: datetime) -> Client:
    authorization = request.headers.getall("Authorization", [])
    return await request.app[BANK].authenticate(single(pairs), authorization, now)


def _without_assertion(pairs: Pairs) -> Pairs:
    spent = {"client_assertion", "client_assertion_type"}
    return [(name, value) for name, value in pairs if name not in spent]
