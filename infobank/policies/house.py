"""From the file of the house's ages and deadlines to `HouseRules`."""

from infobank.vocabulary.rules.house import HouseRules
from infobank.vocabulary.text.table import Table

FILE = "house.toml"


def parse_house(table: Table) -> HouseRules:
    """Return the rules a file states, all of them.

    Raises:
        ConfigurationError: a key is unknown, missing or out of its bounds, or a minor would be
            heard only after coming of age.
    """
    of_age = table.integer("of_age_years", 15, 25)
    rules = HouseRules(
        of_age_years=of_age,
        heard_years=table.integer("heard_years", 0, of_age),
        proxy_years=table.integer("proxy_years", 1, 10),
        mandate_days=table.integer("mandate_days", 1, 3_653),
        notice_days=table.integer("notice_days", 1, 30),
        deletion_days=table.integer("deletion_days", 1, 366),
        session_hours=table.integer("session_hours", 1, 24, default=8),
        staff_idle_minutes=table.integer("staff_idle_minutes", 10, 480, default=30),
        step_up_minutes=table.integer("step_up_minutes", 1, 60, default=5),
        recovery_hours=table.integer("recovery_hours", 1, 336, default=24),
    )
    table.close()
    return rules
