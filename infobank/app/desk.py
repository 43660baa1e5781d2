"""What a provider does by itself, made by hand from a process's parts."""

from infobank.app.parts import Parts
from infobank.usecases.accesslog.search import SearchLog
from infobank.usecases.accounts.approvals import Ask
from infobank.usecases.accounts.replace_keys import ReplaceKeys
from infobank.usecases.genuine import Genuine
from infobank.usecases.oauth.authorize import Authorize
from infobank.usecases.provider.desk import ProviderDesk
from infobank.usecases.provider.keys import ProviderKeys
from infobank.usecases.provider.provided import Provided
from infobank.usecases.provider.sandbox import Sandbox
from infobank.usecases.vault.deposit import Deposit
from infobank.usecases.vault.enrol import Enrol


def wire_provider_desk(
    parts: Parts, authorize: Authorize, deposit: Deposit, search: SearchLog
) -> ProviderDesk:
    """Make what a provider sees and does in the portal."""
    units, record, clock, entropy = parts.units, parts.record, parts.clock, parts.entropy
    keyservice, genuine = parts.keyservice, Genuine(parts.keyservice)
    ask = Ask(units, record, genuine, clock, entropy)
    return ProviderDesk(
        provided=Provided(units, keyservice, clock),
        keys=ProviderKeys(units, clock, ReplaceKeys(ask, genuine), search),
        sandbox=Sandbox(
            units=units,
            record=record,
            genuine=genuine,
            clock=clock,
            entropy=entropy,
            policies=parts.policies,
            enrol=Enrol(units, keyservice, record, clock, entropy),
            deposit=deposit,
            authorize=authorize,
            zone=parts.settings.zone,
        ),
    )
