"""The operator's rules, once read: what every decision is made against."""

from collections.abc import Mapping
from dataclasses import dataclass

from infobank.errors import InvalidInputError
from infobank.vocabulary.category import Category
from infobank.vocabulary.purpose import Purpose


@dataclass(frozen=True)
class Policies:
    """All categories and purposes of the bank, and the SHA-256 of the files they came from.

    `digest` is recorded with every decision, so that an old decision can be read
    against the rules of its day.
    """

    categories: Mapping[str, Category]
    purposes: Mapping[str, Purpose]
    digest: bytes

    def category(self, code: str) -> Category:
        """Return a category by code.

        Raises:
            InvalidInputError: the bank has no such category.
        """
        try:
            return self.categories[code]
        except KeyError:
            known = ", ".join(sorted(self.categories))
            raise InvalidInputError(
                f"unknown category; known are {known}", field="category"
            ) from None

    def purpose(self, code: str) -> Purpose:
        """Return a purpose by code.

        Raises:
            InvalidInputError: the bank has no such purpose.
        """
        try:
            return self.purposes[code]
        except KeyError:
            known = ", ".join(sorted(self.purposes))
            raise InvalidInputError(
                f"unknown purpose; known are {known}", field="purpose"
            ) from None
