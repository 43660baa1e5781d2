"""Where a release is served, by whom, and how a rendered file is named."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from infobank.publication.release import Release
from infobank.publication.statistic import CellKey
from infobank.vocabulary.text.language import Text

LICENCE_PAGES = {"CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/"}
"""The public page of each licence a statistic may carry, by SPDX identifier."""

LICENCE_CODES = {"CC-BY-4.0": "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"}
"""The same in the EU's authority table, which DCAT-AP asks for."""


@dataclass(frozen=True)
class Site:
    """The public address and the publisher of the open data.

    `base_url` has no slash at its end.  `region` says in words where the residents live;
    `area` is the city's 全国地方公共団体コード (six digits with check digit), or empty.
    """

    base_url: str
    publisher: Text
    region: Text
    area: str = ""

    def dataset_url(self, statistic: str) -> str:
        """Return the page of a statistic over all its releases."""
        return f"{self.base_url}/opendata/{statistic}"

    def release_url(self, release: Release) -> str:
        """Return the page of one release."""
        return f"{self.dataset_url(release.statistic)}/{release.release_id}"

    def file_url(self, release: Release, name: str) -> str:
        """Return the address of one file of a release."""
        return f"{self.release_url(release)}/{name}"

    @property
    def terms(self) -> str:
        """The namespace of the bank's own vocabulary, documented in `docs/spec/release.md`."""
        return f"{self.base_url}/ns/statistics#"


@dataclass(frozen=True)
class RenderedFile:
    """One file of a release."""

    name: str
    media_type: str
    title: Text
    body: bytes

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


def as_json(document: Mapping[str, Any]) -> bytes:
    """Return readable JSON: UTF-8, two spaces, the keys in the order given."""
    return (json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def as_number(fraction: Fraction) -> int | float:
    """Return an exact fraction as a JSON number: whole where it is whole."""
    return fraction.numerator if fraction.denominator == 1 else float(fraction)


def as_decimal(fraction: Fraction) -> str:
    """Return a fraction as an `xsd:decimal` text with at most 18 decimals."""
    text = f"{Decimal(fraction.numerator) / Decimal(fraction.denominator):.18f}"
    return text.rstrip("0").rstrip(".")


def cell_name(key: CellKey) -> str:
    """Return a cell's key as part of a name: safe in a URN and in an address."""
    return ":".join(code.replace("+", "-plus") for code in key)
