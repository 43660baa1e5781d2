"""Where people come in."""

from dataclasses import dataclass

from infobank.accounts.account import Role
from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class DemoPerson:
    """Somebody of the demo city to try the bank as; the form posts `handle`."""

    handle: str
    name: Text
    role: Role
    about: Text


@dataclass(frozen=True)
class SignInPage:
    """`sign_in`: who may be tried; `next_path` is where the reader wanted to go (may be empty)."""

    people: tuple[DemoPerson, ...]
    next_path: str = ""

    def in_role(self, role: Role | str) -> tuple[DemoPerson, ...]:
        """Return the people of one role, which may be given by its text, in the order given."""
        return tuple(person for person in self.people if person.role == role)
