"""From the files of words to a `Phrasebook`."""

from infobank.consent.explanation import REASONS, TERMS
from infobank.vocabulary.text.table import Table
from infobank.vocabulary.text.words import Phrasebook, Reason

REASON_FILE = "texts/reasons.toml"
TERM_FILE = "texts/terms.toml"


def parse_phrases(reasons: Table, terms: Table) -> Phrasebook:
    """Return the words two files hold: every rule and every term has some, and nothing else has.

    Raises:
        ConfigurationError: a rule is without text, a text without a rule, or a language is missing.
    """
    told = {rule: _parse_reason(reasons.table(rule)) for rule in REASONS}
    reasons.close()
    sections: dict[str, Table] = {}
    said = {}
    for key, parts in TERMS.items():
        section, _, name = key.partition(".")
        if section not in sections:
            sections[section] = terms.table(section)
        said[key] = sections[section].phrase(name, parts)
    for table in (*sections.values(), terms):
        table.close()
    return Phrasebook(told, said)


def _parse_reason(table: Table) -> Reason:
    reason = Reason(
        words=table.phrase("words"),
        change=table.phrase("change"),
        law=table.words("law") if "law" in table else None,
    )
    table.close()
    return reason
