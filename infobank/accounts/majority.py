"""When somebody comes of age 成年."""

from datetime import MAXYEAR, date

from infobank.errors import InvalidInputError


def comes_of_age(born: date, years: int) -> date:
    """Return the day from whose beginning on somebody decides alone.

    It is the birthday, because an age is reached as the day before it ends (Act on Calculation
    of Ages); whoever was born on 29 February has it on 1 March where that day is missing.

    Raises:
        InvalidInputError: the calendar ends before.
    """
    year = born.year + years
    if year > MAXYEAR:
        raise InvalidInputError("nobody is born that late", field="born")
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
