"""Everything about letters that the outside may ask for, in one value."""

from dataclasses import dataclass

from infobank.usecases.letters.choose import ChooseLetters
from infobank.usecases.letters.desk import LetterDesk


@dataclass(frozen=True)
class Letters:
    """What residents choose, and what the desk prints."""

    choose: ChooseLetters
    desk: LetterDesk
