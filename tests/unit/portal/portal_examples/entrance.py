"""Values for the pages of the ways in."""

from datetime import timedelta
from itertools import cycle

from portal_examples.residents import NOW, uuid

from infobank.accounts.account import Role
from infobank.accounts.entrance.device import Browser, Device, Machine
from infobank.accounts.entrance.passkey import Holder
from infobank.accounts.entrance.session import Way
from infobank.web.portal.views.entrance.account import (
    AccountPage,
    PasskeyCard,
    PasskeyPage,
    PasskeyRemovePage,
    RecoveryPage,
)
from infobank.web.portal.views.entrance.confirm import ConfirmedPage, ProveAgainPage
from infobank.web.portal.views.entrance.enrol import EnrolPage, EnrolPasskeyPage
from infobank.web.portal.views.entrance.sessions import SessionCard, SessionsPage
from infobank.web.portal.views.entrance.sign_in import SignInPage

NOTICES = ("", "added", "removed", "last", "city", "stopped")
FAULTS = {"sign_in": ("passkey", "city", "unlinked"), "enrol": ("refused", "waits")}
HELD = tuple(
    PasskeyCard(f"{number:016x}", holder, NOW - timedelta(days=40), NOW)
    for number, holder in enumerate(Holder)
)
HOSTILE = (("note", '"><script>'), ("note", "二度"))


def strangers_pages() -> tuple[tuple[str, str, str, object], ...]:
    """Return label, page, address and view of what nobody has to be signed in for."""
    codes = (
        EnrolPasskeyPage("1234567890123456", role, recovery=True, city=True, fault="passkey")
        for role in Role
    )
    return (
        *(
            (f"sign_in_{fault}", "sign_in", "/sign-in", SignInPage((), "/home", True, fault))
            for fault in FAULTS["sign_in"]
        ),
        ("enrol", "enrol", "/enrol", EnrolPage()),
        *((f"enrol_{fault}", "enrol", "/enrol", EnrolPage(fault)) for fault in FAULTS["enrol"]),
        *((f"enrol_{view.role}", "enrol_passkey", "/enrol", view) for view in codes),
    )


def account_pages() -> tuple[tuple[str, str, str, object], ...]:
    """Return label, page, address and view of what whoever is signed in finds of her ways in."""
    sessions = tuple(
        SessionCard(str(uuid(70 + n)), Device(browser, machine), way, NOW, NOW, here=n == 0)
        for n, (browser, machine, way) in enumerate(
            zip(cycle(Browser), Machine, cycle(Way), strict=False)
        )
    )
    removal = PasskeyRemovePage(HELD[0])
    kept = ProveAgainPage("/rights/export", HOSTILE, passkey=True, city=True, demo=True, fault=True)
    going = ProveAgainPage(
        "/confirm", (("next", "/account"),), passkey=True, city=True, demo=False, next_path="/"
    )
    return (
        ("account_bare", "account", "/account", AccountPage((), city=True)),
        *(
            (
                f"account_{notice}",
                "account",
                "/account",
                AccountPage(HELD, city=True, linked_at=NOW, notice=notice),
            )
            for notice in NOTICES
        ),
        ("passkey_new", "passkey_new", "/account/passkeys/new", PasskeyPage()),
        ("passkey_fault", "passkey_new", "/account/passkeys/new", PasskeyPage(fault=True)),
        ("passkey_remove", "passkey_remove", "/account/passkeys/0/remove", removal),
        ("recovery", "recovery", "/account/recovery", RecoveryPage(NOW, NOW + timedelta(days=1))),
        ("recovery_none", "recovery", "/account/recovery", RecoveryPage()),
        ("sessions", "sessions", "/account/sessions", SessionsPage(sessions, ended=True)),
        ("sessions_one", "sessions", "/account/sessions", SessionsPage(sessions[:1])),
        ("confirm_kept", "confirm", "/rights/export", kept),
        ("confirm", "confirm", "/confirm", going),
        ("confirmed", "confirmed", "/confirmed", ConfirmedPage()),
    )
