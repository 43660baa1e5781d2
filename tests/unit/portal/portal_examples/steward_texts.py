"""Keys of the stewards' texts that templates and writers put together from a value."""

from infobank.accounts.approval import Act
from infobank.consent.ending.notice import Afterwards
from infobank.web.portal.handlers.steward.providers import DONE as VETTED
from infobank.web.portal.handlers.steward.visit import DONE as VISITED
from infobank.web.portal.views.steward.counter import PAPER_FIELDS

TASKS = ("approvals", "overdue", "corrections", "reports", "providers", "letters")
WORK = (*TASKS, "counter", "board", "publications", "keys")
ALARMS = ("seal_broken", "row_not_genuine", "key_refused", "stale_manifest")
AT_COUNTER = ("card", "visit", "wrong_code", "withdrawal", "paper")

STEWARDS = (
    {f"task.{page}.{part}" for page in TASKS for part in ("name", "do")}
    | {f"{part}{page}" for page in WORK for part in ("nav.", "steward.about_")}
    | {f"alarm.{code}" for code in ALARMS}
    | {f"vetting.done_{done}" for done in VETTED}
    | {f"visit.done_{done}" for done in VISITED}
    | {f"approval_act.{act}.{part}" for act in Act for part in ("name", "means")}
    | {f"overdue.owes_{afterwards}" for afterwards in Afterwards}
    | {f"overdue.step{step}" for step in (1, 2, 3)}
    | {f"take_down.fault_{fault}" for fault in ("missing", "nothing")}
    | {f"paper.fault_{field}" for field in PAPER_FIELDS}
    | {f"act.counter_{what}" for what in AT_COUNTER}
    | {"counter.fault_code", "counter.fault_locked"}
)
