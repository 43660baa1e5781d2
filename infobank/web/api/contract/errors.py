"""The error catalogue: every code the bank answers with, in both languages."""

from collections.abc import Iterator, Mapping

from infobank.errors import InfobankError
from infobank.web.oauth.meanings import MEANINGS
from infobank.web.portal.views.everybody.documentation import ErrorRow
from infobank.web.problems import TABLE, row_of


def error_catalogue() -> tuple[ErrorRow, ...]:
    """Return one row for each code, sorted by code; what is on our side is told as one."""
    rows: Mapping[str, ErrorRow] = {row.code: row for row in _rows()}
    return tuple(rows[code] for code in sorted(rows))


def _rows() -> Iterator[ErrorRow]:
    kinds: list[type[InfobankError]] = [*TABLE, *MEANINGS]
    for kind in kinds:
        if "code" in vars(kind):
            row = row_of(kind)
            yield ErrorRow(kind.code, row.status, row.title)
