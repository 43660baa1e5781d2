"""Everything that a provider does by itself in the portal, in one value."""

from dataclasses import dataclass

from infobank.usecases.provider.keys import ProviderKeys
from infobank.usecases.provider.provided import Provided
from infobank.usecases.provider.sandbox import Sandbox


@dataclass(frozen=True)
class ProviderDesk:
    """What it was given, which keys it has, and where it tries things out."""

    provided: Provided
    keys: ProviderKeys
    sandbox: Sandbox
