"""A release as one canonical JSON document, and back (`docs/spec/release.md`).

The document is what is kept and signed; every other file is rendered from it.
"""

import json
from datetime import date, datetime
from fractions import Fraction
from typing import Any, TypeVar

from infobank.errors import InfobankError
from infobank.publication.errors import MalformedReleaseError
from infobank.publication.intervals import Interval
from infobank.publication.release import Bin, Cell, Edition, Figure, Release, Suppression
from infobank.vocabulary.period import Period
from infobank.vocabulary.text.canonical import Plain, canonical_json, instant

FORMAT = "infobank-release/v1"
LONGEST = 64 * 1024 * 1024
"""A release document of more bytes is refused unread."""

Known = TypeVar("Known", int, str)


def to_document(release: Release) -> bytes:
    """Return the release as canonical JSON: whole numbers and texts only."""
    edition = release.edition
    return canonical_json(
        {
            "format": FORMAT,
            "release": release.release_id,
            "statistic": release.statistic,
            "period": [edition.period.first.isoformat(), edition.period.last.isoformat()],
            "version": edition.version,
            "published_at": instant(edition.published_at),
            "consent_epoch": edition.consent_epoch,
            "policy_digest": edition.policy_digest,
            "epsilon": str(release.epsilon),
            "spent_in_year": str(edition.spent_in_year),
            "people": _figure(release.people),
            "cells": [_cell(cell) for cell in release.cells],
        }
    )


def _figure(figure: Figure) -> Plain:
    return [figure.value, figure.raw, figure.interval.low, figure.interval.high]


def _cell(cell: Cell) -> Plain:
    return {
        "key": list(cell.key),
        "people": _figure(cell.people),
        "mean": _figure(cell.mean),
        "sum_raw": cell.sum_raw,
        "suppressed": cell.suppressed.value if cell.suppressed else None,
        "bins": [[bin_.low, bin_.high, _figure(bin_.people)] for bin_ in cell.bins],
    }


def from_document(document: bytes) -> Release:
    """Return the release that a document describes.

    Raises:
        MalformedReleaseError: it is not a canonical release document.
    """
    if len(document) > LONGEST:
        raise MalformedReleaseError("a release document is at most 64 MiB")
    try:
        release = _release(json.loads(document))
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError, InfobankError):
        raise MalformedReleaseError("not a release document") from None
    if to_document(release) != document:
        raise MalformedReleaseError("a release document is canonical and has no other keys")
    return release


def _release(plain: dict[str, Any]) -> Release:
    first, last = (date.fromisoformat(day) for day in plain["period"])
    edition = Edition(
        period=Period(first, last),
        version=_checked(plain["version"], int),
        published_at=datetime.fromisoformat(plain["published_at"]),
        consent_epoch=_checked(plain["consent_epoch"], int),
        policy_digest=_checked(plain["policy_digest"], str),
        spent_in_year=Fraction(_checked(plain["spent_in_year"], str)),
    )
    return Release(
        statistic=_checked(plain["statistic"], str),
        edition=edition,
        epsilon=Fraction(_checked(plain["epsilon"], str)),
        people=_read_figure(plain["people"]),
        cells=tuple(_read_cell(cell) for cell in plain["cells"]),
    )


def _read_cell(plain: dict[str, Any]) -> Cell:
    reason = plain["suppressed"]
    return Cell(
        key=tuple(_checked(code, str) for code in plain["key"]),
        people=_read_figure(plain["people"]),
        mean=_read_figure(plain["mean"]),
        sum_raw=_checked(plain["sum_raw"], int),
        suppressed=None if reason is None else Suppression(reason),
        bins=tuple(_read_bin(*bin_) for bin_ in plain["bins"]),
    )


def _read_bin(low: object, high: object, people: list[object]) -> Bin:
    return Bin(_checked(low, int), _checked(high, int), _read_figure(people))


def _read_figure(plain: list[object]) -> Figure:
    value, raw, low, high = plain
    return Figure(
        value=None if value is None else _checked(value, int),
        raw=None if raw is None else _checked(raw, int),
        interval=Interval(_checked(low, int), _checked(high, int)),
    )


def _checked(value: object, kind: type[Known]) -> Known:
    if type(value) is not kind:
        raise TypeError
    return value
