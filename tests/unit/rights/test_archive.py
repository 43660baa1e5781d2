"""The archive of an export, written as it leaves, and what its records look like."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime

import jsonschema
import pytest

from infobank.usecases.rights.copies.archive import ArchiveWriter
from infobank.usecases.rights.copies.tables import schema_of, to_csv, to_json
from infobank.vocabulary.category import Category, Field, FieldType, Record, Span, TimeUnit
from infobank.vocabulary.text.language import Text

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WORDS = Text("試し", "trial")
CATEGORY = Category(
    "trial",
    9,
    1,
    WORDS,
    WORDS,
    Span.MONTH,
    (
        Field("count", FieldType.NUMBER, WORDS, maximum=9),
        Field("weight", FieldType.NUMBER, WORDS, "kg", places=2, minimum=-100, maximum=99_999),
        Field("words", FieldType.TEXT, WORDS, longest=40),
        Field("kind", FieldType.CODE, WORDS, codes=(("this", WORDS), ("that", WORDS))),
    ),
    time=TimeUnit.MINUTE,
)
RECORDS = (
    Record(date(2026, 11, 1), (1, -100, 'こんにちは, "x"\n=1+1', "this"), 0),
    Record(date(2026, 11, 1), (None, None, None, None), 1_499),
)


def test_an_archive_opens_when_it_is_whole_and_not_before():
    writer = ArchiveWriter(AT, {"format": "trial"})
    parts = [writer.add("a.txt", "words"), writer.add("b.bin", bytes(1_000_000)), writer.end()]
    assert len(parts[1]) < 10_000, "it is compressed"
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as found:
        assert found.testzip() is None
        assert found.namelist() == ["a.txt", "b.bin", "manifest.json"]
        assert [each["bytes"] for each in json.loads(found.read("manifest.json"))["files"]] == [
            5,
            1_000_000,
        ]
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(parts[:-1])))


def test_the_same_content_makes_the_same_archive():
    def made() -> bytes:
        writer = ArchiveWriter(AT, {})
        return writer.add("a", "x") + writer.end()

    assert made() == made()


def test_csv_keeps_every_value_as_it_is():
    rows = list(csv.reader(io.StringIO(to_csv(CATEGORY, RECORDS).removeprefix("\ufeff"))))
    assert rows[0] == ["observed", "time", "count", "weight", "words", "kind"]
    assert rows[1] == ["2026-11-01", "00:00", "1", "-1.00", 'こんにちは, "x"\n=1+1', "this"]
    assert rows[2] == ["2026-11-01", "24:59", "", "", "", ""]


def test_json_follows_the_schema_that_goes_with_it():
    document, schema = json.loads(to_json(CATEGORY, RECORDS)), json.loads(schema_of(CATEGORY))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["records"][0]["values"]["weight"] == -1.0


@pytest.mark.parametrize(
    ("field", "value"),
    [("count", 10), ("count", "1"), ("weight", -1.01), ("words", "x" * 41), ("kind", "other")],
)
def test_the_schema_refuses_what_the_category_does_not_allow(field: str, value: object):
    document, schema = json.loads(to_json(CATEGORY, RECORDS)), json.loads(schema_of(CATEGORY))
    document["records"][0]["values"][field] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)
