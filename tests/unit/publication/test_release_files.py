"""A release is rendered once into files that agree with one another."""

import csv
import hashlib
import io
import json

import pytest

from infobank.publication.document import from_document, to_document
from infobank.publication.errors import MalformedReleaseError
from infobank.publication.noise import NoisyTally
from infobank.publication.release import Edition, Release, make_release
from infobank.publication.rendering.bundle import render_release
from infobank.publication.rendering.csv import render_distribution, render_means
from infobank.publication.rendering.site import Site
from infobank.publication.statistic import Statistic
from infobank.vocabulary.text.language import Text

SITE = Site(
    base_url="https://bank.example",
    publisher=Text(ja="見本市", en="Sample City"),
    region=Text(ja="見本市", en="Sample City, Japan"),
)


@pytest.fixture
def release(statistic: Statistic, edition: Edition) -> Release:
    noisy = NoisyTally(
        counts=(120, 118, 0, -3, 140, 131, 66, 58, 19, 25),
        sums=(-4200, -3900, 40, -12, -5000, -4100, -2600, -2300, -900, -1200),
        bins=tuple((place, 10, 30, 40, -2, 0, 1, 3) for place in range(10)),
    )
    return make_release(statistic, noisy, edition)


def _rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8"))))


def test_the_table_of_means_has_the_stated_columns_and_one_row_a_cell(
    statistic: Statistic, release: Release
):
    file = render_means(statistic, release)
    rows = _rows(file.body)
    assert list(rows[0]) == [
        "period", "age_band", "sex", "mean_steps", "mean_raw", "ci95_low", "ci95_high",
        "people", "people_raw", "people_ci95_low", "people_ci95_high", "suppressed", "release_id",
    ]  # fmt: skip
    assert [(row["age_band"], row["sex"]) for row in rows] == list(statistic.cells)
    assert file.name == "monthly_steps-2026-09-v1.csv"
    assert not file.body.startswith(b"\xef\xbb\xbf")
    assert file.body.endswith(b"\r\n")


def test_withheld_figures_are_empty_and_say_why(statistic: Statistic, release: Release):
    row = _rows(render_means(statistic, release).body)[3]
    assert (row["mean_steps"], row["mean_raw"], row["suppressed"]) == ("", "", "few_people")
    assert (row["people"], row["people_raw"]) == ("0", "-3")
    assert (row["ci95_low"], row["ci95_high"]) == ("0", "20000")


def test_the_distribution_has_one_row_a_cell_and_bin(statistic: Statistic, release: Release):
    rows = _rows(render_distribution(statistic, release).body)
    assert len(rows) == 80
    assert list(rows[0]) == [
        "period", "age_band", "sex", "steps_from", "steps_to", "people", "people_raw",
        "people_ci95_low", "people_ci95_high", "release_id",
    ]  # fmt: skip
    assert rows[4]["people"] == "0"
    assert rows[4]["people_raw"] == "-2"


def test_the_manifest_names_every_other_file_by_its_hash(statistic: Statistic, release: Release):
    *files, manifest = render_release(statistic, release, SITE)
    assert [file.name for file in files] == [
        "monthly_steps-2026-09-v1.csv",
        "monthly_steps-2026-09-v1-distribution.csv",
        "monthly_steps-2026-09-v1.ngsi-ld.jsonld",
        "release.json",
        "dp-statement.json",
        "monthly_steps-2026-09-v1.dcat.jsonld",
    ]
    listed = json.loads(manifest.body)["files"]
    assert [(f["name"], f["bytes"], f["sha256"]) for f in listed] == [
        (f.name, len(f.body), hashlib.sha256(f.body).hexdigest()) for f in files
    ]


def test_rendering_twice_gives_the_same_bytes(statistic: Statistic, release: Release):
    assert render_release(statistic, release, SITE) == render_release(statistic, release, SITE)


def test_the_document_brings_the_release_back(release: Release):
    assert from_document(to_document(release)) == release


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"version":1', b'"version":0'),
        (b'"version":1', b'"version":true'),
        (b'"version":1', b'"version":"1"'),
        (b'"version":1', b'"version":1,"note":""'),
        (b'"version":1', b'"version": 1'),
        (b'"format":"infobank-release/v1"', b'"format":"infobank-release/v2"'),
        (b"2026-09-30", b"2026-09-29"),
        (b'"few_people"', b'"tired"'),
        (b'"epsilon":"1"', b'"epsilon":"1/0"'),
        (b'"epsilon":"1"', b'"epsilon":"2/2"'),
        (b'"sum_raw":40', b'"sum_raw":40.0'),
        (b"{", b"["),
        (b'"cells":[', b'"cells":[[],'),
    ],
)
def test_a_changed_document_is_refused(release: Release, old: bytes, new: bytes):
    document = to_document(release)
    assert old in document
    with pytest.raises(MalformedReleaseError):
        from_document(document.replace(old, new, 1))


@pytest.mark.parametrize("document", [b"", b"null", b"[" * 100_000, b"\xff", b"{}"])
def test_bytes_that_are_no_document_are_refused(document: bytes):
    with pytest.raises(MalformedReleaseError):
        from_document(document)
