"""A provider's sandbox: its key, the program to copy, and what was read with it."""

from dataclasses import dataclass

from infobank.web.portal.views.auditor.log import LogLine
from infobank.web.portal.views.filled import FilledForm
from infobank.web.portal.views.provider.consents import ProviderConsent
from infobank.web.portal.views.provider.keys import ProviderKey


@dataclass(frozen=True)
class SandboxPage:
    """`provider_sandbox`: in steps; `client` is empty until a key opened the sandbox.

    `command` makes a key, `run` asks and reads; `events` are what the log says of it, newest
    first.
    """

    client: str
    keys: tuple[ProviderKey, ...]
    command: str
    run: str
    consents: tuple[ProviderConsent, ...]
    events: tuple[LogLine, ...]
    form: FilledForm
    done: bool = False
