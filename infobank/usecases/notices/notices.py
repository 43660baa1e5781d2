"""Everything about notices that the outside may ask for, in one value."""

from dataclasses import dataclass

from infobank.usecases.notices.endpoint import RegisterEndpoint
from infobank.usecases.notices.follow import FollowNotices
from infobank.usecases.notices.poll import PollNotices
from infobank.usecases.notices.state_deletion import StateDeletion


@dataclass(frozen=True)
class Notices:
    """What recipients, residents and stewards do about notices."""

    poll: PollNotices
    state_deletion: StateDeletion
    follow: FollowNotices
    register_endpoint: RegisterEndpoint
