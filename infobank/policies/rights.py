"""From the file of the rights desk to a `RightsPolicy`."""

from infobank.accounts.rights import Right, RightsPolicy
from infobank.vocabulary.text.table import Table

FILE = "rights.toml"

LONGEST_DAYS = 30
"""Days a deadline may be at most, and is where nothing is said: one month (GDPR article 12(3))."""


def parse_rights(table: Table, categories: frozenset[str]) -> RightsPolicy:
    """Return the rules a file states; `categories` are the codes of all categories.

    Raises:
        ConfigurationError: a key is unknown, missing or breaks its rule.
    """
    deadlines = table.table("deadline_days")
    days = {
        right: deadlines.integer(right.value, 1, LONGEST_DAYS, default=LONGEST_DAYS)
        for right in Right
    }
    deadlines.close()
    correction = table.table("correction")
    own = correction.codes("by_resident", categories)
    correction.close()
    table.close()
    return RightsPolicy(days, own)
