"""The terms of a consent 同意の条件: what for, what, how finely, in which form, how long."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

from infobank.consent.errors import EmptyConsentError
from infobank.errors import InvalidInputError
from infobank.vocabulary.benefit import NO_BENEFIT, Benefit
from infobank.vocabulary.bounds import MOST_USES, Frequency, Onward
from infobank.vocabulary.item import Item, covered
from infobank.vocabulary.outputmode import OutputMode


@dataclass(frozen=True)
class Terms:
    """What is asked for, or agreed to.

    `valid_from` is included, `valid_until` excluded.  `retention_days` is how long the recipient
    promises to keep what it received.  `most_uses` and `frequency` bound how often something
    is released; None means no bound but the end.  `abroad` allows a recipient in another country
    (APPI article 28).  `explicit` names the special-care categories 要配慮個人情報 among the
    items to which the resident said yes one by one (APPI article 20(2)).

    Raises:
        EmptyConsentError: nothing is covered.
        InvalidInputError: the terms contradict themselves.
    """

    purpose: str
    mode: OutputMode
    items: tuple[Item, ...]
    valid_from: datetime
    valid_until: datetime
    retention_days: int
    most_uses: int | None = None
    frequency: Frequency | None = None
    onward: Onward = Onward.NOBODY
    abroad: bool = False
    benefit: Benefit = NO_BENEFIT
    explicit: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        if not self.items:
            raise EmptyConsentError("a consent must cover at least one item", field="items")
        if self.valid_from.tzinfo is None or self.valid_until.tzinfo is None:
            raise InvalidInputError("an instant must say its time zone", field="until")
        if self.valid_until <= self.valid_from:
            raise InvalidInputError("a consent must end after it begins", field="until")
        if self.retention_days < 0:
            raise InvalidInputError("retention must not be negative", field="retention_days")
        if self.most_uses is not None and not 1 <= self.most_uses <= MOST_USES:
            raise InvalidInputError(f"uses must be 1 to {MOST_USES}", field="most_uses")
        if not self.explicit <= self.categories:
            raise InvalidInputError(
                "what was agreed to explicitly must be among the items", field="explicit"
            )

    @cached_property
    def categories(self) -> frozenset[str]:
        """The categories of the items."""
        return frozenset(item.category for item in self.items)

    @property
    def passed_on(self) -> bool:
        """Tell whether the recipient may hand what it received to third parties."""
        return self.onward is Onward.OTHERS

    @property
    def counted(self) -> bool:
        """Tell whether each use is counted."""
        return self.most_uses is not None or self.frequency is not None

    def bounds_uses_of(self, other: "Terms") -> bool:
        """Tell whether `other` allows no more uses than these terms."""
        return self.most_uses is None or (other.most_uses or MOST_USES + 1) <= self.most_uses

    def bounds_frequency_of(self, other: "Terms") -> bool:
        """Tell whether `other` never allows more in a stretch of time than these terms."""
        return (other.frequency or _UNBOUND).within(self.frequency)

    def covers(self, other: "Terms") -> bool:
        """Tell whether `other` asks for nothing beyond these terms, and gives no less."""
        return (
            self.purpose == other.purpose
            and self.mode is other.mode
            and all(covered(item, self.items) for item in other.items)
            and self.valid_from <= other.valid_from
            and other.valid_until <= self.valid_until
            and other.retention_days <= self.retention_days
            and self.bounds_uses_of(other)
            and self.bounds_frequency_of(other)
            and self.onward.covers(other.onward)
            and (self.abroad or not other.abroad)
            and other.benefit.points >= self.benefit.points
            and other.explicit <= self.explicit
        )


_UNBOUND: Final = Frequency(MOST_USES, 1)
