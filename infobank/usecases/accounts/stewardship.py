"""What stewards do about who takes part, in one value."""

from dataclasses import dataclass

from infobank.usecases.accounts.approvals import Approvals
from infobank.usecases.accounts.certify import Certify
from infobank.usecases.accounts.grant_proxy import GrantProxy
from infobank.usecases.accounts.recover import RecoverAccount
from infobank.usecases.accounts.replace_keys import ReplaceKeys
from infobank.usecases.accounts.vetting import Vetting
from infobank.usecases.counter.counter import Counter
from infobank.usecases.custody.keyring import ReviewKeys


@dataclass(frozen=True)
class Stewardship:
    """Certificates on one steward's word; keys, proxies and recoveries on that of two.

    `counter` is what they do for residents who come in person.
    """

    approvals: Approvals
    certify: Certify
    replace_keys: ReplaceKeys
    grant_proxy: GrantProxy
    recover: RecoverAccount
    counter: Counter
    vetting: Vetting
    keys: ReviewKeys
