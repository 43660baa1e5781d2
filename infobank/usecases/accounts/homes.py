"""What changes in a household by itself: somebody is erased, or comes of age."""

from datetime import datetime

from infobank.db.consenting import agreements
from infobank.db.unit import Unit
from infobank.usecases.circumstances import MarkCircumstances
from infobank.vocabulary.identifiers import ResidentId


async def move_out(unit: Unit, marks: MarkCircumstances, resident: ResidentId) -> None:
    """Have those who are left in a resident's households live there without her.

    Her own rows are the caller's to delete.  A household that was written past the bank is
    left as it is: it agrees to nothing.
    """
    for household in await agreements.households_of(unit, resident):
        home = await agreements.home(unit, household)
        if home is not None:
            left = [each for each in home.members if each.resident != resident]
            changed = await marks.changed(home, left)
            if changed is not None:
                await agreements.keep_roster(unit, changed)


async def grow_up(unit: Unit, marks: MarkCircumstances, now: datetime) -> None:
    """Ask, from now on, the members of households who have come of age."""
    for household, grown in (await agreements.grown_up(unit, now)).items():
        home = await agreements.home(unit, household)
        if home is not None:
            members = [
                each._replace(adult=each.adult or each.resident in grown) for each in home.members
            ]
            changed = await marks.changed(home, members)
            if changed is not None:
                await agreements.keep_roster(unit, changed)
