"""Ages and deadlines of the house (`policies/house.toml`)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HouseRules:
    """What the operator decides once for everybody; the defaults are what the law says, or less.

    `of_age_years`: from which age a person decides alone (Civil Code article 4).
    `heard_years`: from which age a minor's own view is asked for beside her guardian's.
    `proxy_years`: for how long a proxy may act at most.
    `mandate_days`: for how long a standing condition may hold at most.
    `notice_days`: within how many days a recipient acknowledges a notice.
    `deletion_days`: within how many days it states that it deleted.
    """

    of_age_years: int = 18
    heard_years: int = 12
    proxy_years: int = 1
    mandate_days: int = 366
    notice_days: int = 3
    deletion_days: int = 30
