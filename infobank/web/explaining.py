"""Put the reasons of a decision in words for whoever asks."""

from collections.abc import Iterable
from dataclasses import asdict

from aiohttp import web

from infobank.consent.explanation import explain
from infobank.web.languages import language_asked
from infobank.web.state import BANK


def explained(request: web.Request, reasons: Iterable[str]) -> list[dict[str, str]]:
    """Return reasons in the shape of `schemas.ReasonDocument`, in the language asked for."""
    told = explain(reasons, request.app[BANK].phrases, language_asked(request))
    return [asdict(each) for each in told]
