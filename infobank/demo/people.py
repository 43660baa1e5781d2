"""The people of the demo as the sign-in page shows them."""

from infobank.accounts.account import Role
from infobank.demo.city.cast import AUDITOR, PROVIDER, RESIDENTS, STEWARD
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.entrance.sign_in import DemoPerson

_NAMES = {
    PROVIDER.handle: Text("ウォークコーチ", "WalkCoach"),
    AUDITOR.handle: Text("監査人", "Auditor"),
    STEWARD.handle: Text("運営者", "Steward"),
}


def people() -> tuple[DemoPerson, ...]:
    """Return everybody who can be tried, residents first."""
    residents = tuple(
        DemoPerson(each.handle, Text(each.name, each.handle.title()), Role.RESIDENT, each.label)
        for each in RESIDENTS
    )
    staff = tuple(
        DemoPerson(each.handle, _NAMES[each.handle], role, each.label)
        for each, role in (
            (PROVIDER, Role.PROVIDER),
            (AUDITOR, Role.AUDITOR),
            (STEWARD, Role.STEWARD),
        )
    )
    return (*residents, *staff)
