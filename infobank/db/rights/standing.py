"""What stops the use under a consent, read with the consent in the same statement."""

from collections.abc import Sequence

from infobank.vocabulary.standing import NOTHING, Standing

OBJECTED = ""
"""Stands for an objection among the categories that restrictions name."""

STANDING = f"""ARRAY(
    SELECT CASE s.kind WHEN 'objection' THEN '{OBJECTED}' ELSE s.category END
    FROM rights_requests s
    WHERE s.resident_id = {{consents}}.resident_id AND s.status = 'standing'
        AND (s.kind = 'restriction' OR (s.kind = 'objection'
            AND s.provider_id = {{consents}}.provider_id AND s.purpose = {{consents}}.purpose))
)"""
"""An expression over a row of `consents`, by its alias: texts for `to_standing`."""


def to_standing(found: Sequence[str]) -> Standing:
    """Build what the expression found."""
    if not found:
        return NOTHING
    return Standing(frozenset(found) - {OBJECTED}, OBJECTED in found)
