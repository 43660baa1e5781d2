"""Every verb of the rights desk in one value."""

from dataclasses import dataclass

from infobank.usecases.rights.close import CloseAccount
from infobank.usecases.rights.copies.export import Export
from infobank.usecases.rights.correct import Correct
from infobank.usecases.rights.desk import Desk
from infobank.usecases.rights.report import Report
from infobank.usecases.rights.stop import StopUse


@dataclass(frozen=True)
class Rights:
    """What a resident may ask for about her own data."""

    desk: Desk
    export: Export
    correct: Correct
    stop: StopUse
    close: CloseAccount
    report: Report
