"""Ask, and take an answer once."""

import hmac
from dataclasses import dataclass

from infobank.accounts.entrance.challenge import LIFE, Challenge, Purpose
from infobank.accounts.entrance.errors import CeremonyError
from infobank.clock import Clock
from infobank.db.entrance import challenges
from infobank.db.unit import Units
from infobank.entropy import Entropy
from infobank.oauth.token import secret_hash
from infobank.vocabulary.identifiers import AccountId

BYTES = 32


@dataclass(frozen=True)
class Challenges:
    """Keep what passkeys are asked to answer."""

    units: Units
    clock: Clock
    entropy: Entropy

    async def ask(
        self,
        purpose: Purpose,
        account: AccountId | None = None,
        session_hash: bytes | None = None,
    ) -> bytes:
        """Return a new challenge for one purpose of one account in one session."""
        challenge = self.entropy.bytes(BYTES)
        asked = Challenge(purpose, self.clock.now() + LIFE, account, session_hash)
        async with self.units() as unit:
            await challenges.add(unit, secret_hash(challenge.hex()), asked)
            await unit.commit()
        return challenge

    async def take(
        self,
        challenge: bytes,
        purpose: Purpose,
        account: AccountId | None = None,
        session_hash: bytes | None = None,
    ) -> None:
        """Use a challenge up, whatever the answer to it is worth.

        Raises:
            CeremonyError: it was answered before, is over, or was asked for something else.
        """
        now = self.clock.now()
        async with self.units() as unit:
            asked = await challenges.use(unit, secret_hash(challenge.hex()), now)
            await unit.commit()
        if asked is None or now >= asked.expires_at:
            raise CeremonyError("no such challenge, or not any more")
        # INVARIANT: what was asked for one purpose, account and session answers nothing else.
        mine = hmac.compare_digest(asked.session_hash or b"", session_hash or b"")
        if (asked.purpose, asked.account) != (purpose, account) or not mine:
            raise CeremonyError("the challenge was asked for something else")
