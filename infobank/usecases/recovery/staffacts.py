"""Do again what staff did about one resident: proxies that ended, legal holds."""

from uuid import UUID

from infobank.accesslog.entry import Entry
from infobank.accounts.hold import Hold
from infobank.db.ending import holds
from infobank.db.rights import proxies
from infobank.db.unit import Unit
from infobank.errors import ConflictError
from infobank.vocabulary.identifiers import AccountId, ResidentId


async def repeat_staff_act(unit: Unit, resident: ResidentId, entry: Entry) -> bool | None:
    """Repeat an act in this unit; tell whether it changed anything, None when it cannot be.

    A proxy that was given since the backup is lost: its label was sealed in the row.
    """
    match entry.shown.get("what"):
        case "proxy_ended":
            ended = await proxies.end(unit, UUID(str(entry.hidden["proxy"])), entry.at)
            return ended is not None
        case "hold_set":
            return await _set_hold(unit, resident, entry)
        case "hold_release_asked" | "hold_released":
            return await _release_hold(unit, entry)
        case _:
            return None


async def _set_hold(unit: Unit, resident: ResidentId, entry: Entry) -> bool:
    hold_id = UUID(str(entry.hidden["hold"]))
    if await holds.locked(unit, hold_id) is not None:
        return False
    matter, steward = str(entry.hidden["matter"]), AccountId(UUID(str(entry.shown["staff"])))
    await holds.add(unit, Hold(hold_id, resident, matter, entry.at, steward))
    return True


async def _release_hold(unit: Unit, entry: Entry) -> bool:
    hold = await holds.locked(unit, UUID(str(entry.hidden["hold"])))
    steward = AccountId(UUID(str(entry.shown["staff"])))
    try:
        released = hold and hold.released(steward, entry.at)
    except ConflictError:
        return False  # this word of this steward is there already
    if released is not None:
        await holds.keep(unit, released)
    return released is not None
