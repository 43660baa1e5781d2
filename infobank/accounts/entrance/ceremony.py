"""Ask for a passkey and judge its answer (WebAuthn level 2, sections 7.1 and 7.2).

The library `webauthn` reads and checks what authenticators send; what is asked of them, and
what each answer must be bound to, is decided here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from infobank.accounts.entrance.errors import CeremonyError
from infobank.accounts.entrance.passkey import LONGEST_ID, Passkey
from infobank.vocabulary.identifiers import AccountId

LONGEST_ANSWER: Final = 32 * 1024
"""Characters of the longest answer that is read; an attestation we do not ask for is left out."""

MILLISECONDS: Final = 300_000
"""How long the browser waits for its owner; as long as the challenge counts."""

ALGORITHMS: Final = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
"""The last is what Windows Hello makes on older machines."""


@dataclass(frozen=True)
class RelyingParty:
    """Who asks: the bank, under the one address that people reach it by."""

    origin: str
    name: str

    @property
    def rp_id(self) -> str:
        """The host that passkeys are made for."""
        return urlsplit(self.origin).hostname or ""

    def creation(
        self, challenge: bytes, account: AccountId, label: str, held: Sequence[bytes]
    ) -> str:
        """Return the options for a new passkey, as JSON; no device makes a second one.

        `label` is what the device shows beside the bank's name: it is told nothing else.
        """
        options = generate_registration_options(
            rp_id=self.rp_id,
            rp_name=self.name,
            user_id=account.bytes,
            user_name=label,
            user_display_name=label,
            challenge=challenge,
            timeout=MILLISECONDS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                require_resident_key=True,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_named(held),
            supported_pub_key_algs=ALGORITHMS,
        )
        return options_to_json(options)

    def request(self, challenge: bytes, held: Sequence[bytes] = ()) -> str:
        """Return the options for showing a passkey, as JSON; any of ours, or one of `held`."""
        options = generate_authentication_options(
            rp_id=self.rp_id,
            challenge=challenge,
            timeout=MILLISECONDS,
            allow_credentials=_named(held),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def check_new(self, shown: "Made", challenge: bytes) -> tuple[bytes, bytes, int]:
        """Return a new passkey's identifier, public key and counter.

        Raises:
            CeremonyError: it answers another challenge, was made for another site or without
                asking its owner, or is malformed.
        """
        try:
            found = verify_registration_response(
                credential=shown.credential,
                expected_challenge=challenge,
                expected_rp_id=self.rp_id,
                expected_origin=self.origin,
                require_user_verification=True,
                supported_pub_key_algs=ALGORITHMS,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError) as error:
            raise CeremonyError(_reason(error)) from None
        if len(found.credential_id) > LONGEST_ID:
            raise CeremonyError("the identifier is too long")
        return found.credential_id, found.credential_public_key, found.sign_count

    def check(self, shown: "Shown", challenge: bytes, passkey: Passkey) -> int:
        """Return the counter of a passkey that was shown; its caller looks whether it went on.

        Raises:
            CeremonyError: it answers another challenge, was shown at another site or without
                asking its owner, is another account's, or does not carry its signature.
        """
        if shown.account not in {None, passkey.account.account_id}:
            raise CeremonyError("the answer names another account")
        try:
            found = verify_authentication_response(
                credential=shown.credential,
                expected_challenge=challenge,
                expected_rp_id=self.rp_id,
                expected_origin=self.origin,
                credential_public_key=passkey.public_key,
                # Looked at by the caller, when the signature is known to be good.
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError) as error:
            raise CeremonyError(_reason(error)) from None
        return found.new_sign_count


@dataclass(frozen=True)
class Made:
    """An answer with a new passkey, read and not yet believed."""

    credential: RegistrationCredential
    challenge: bytes


@dataclass(frozen=True)
class Shown:
    """An answer with a passkey that is there, read and not yet believed."""

    credential: AuthenticationCredential
    challenge: bytes
    account: AccountId | None

    @property
    def credential_id(self) -> bytes:
        """Which passkey it says it is."""
        return self.credential.raw_id


def read_made(answer: str) -> Made:
    """Return a new passkey's answer as the browser sent it.

    Raises:
        CeremonyError: it is not an answer.
    """
    try:
        credential = parse_registration_credential_json(_object(answer))
        return Made(credential, _challenge(credential.response.client_data_json))
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise CeremonyError(_reason(error)) from None


def read_shown(answer: str) -> Shown:
    """Return a passkey's answer as the browser sent it.

    Raises:
        CeremonyError: it is not an answer.
    """
    try:
        credential = parse_authentication_credential_json(_object(answer))
        handle = credential.response.user_handle
        account = AccountId(UUID(bytes=handle)) if handle else None
        return Shown(credential, _challenge(credential.response.client_data_json), account)
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise CeremonyError(_reason(error)) from None


def _object(answer: str) -> dict[str, object]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("the answer is too long")
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise TypeError("the answer is no object")
    return found


def _challenge(client: bytes) -> bytes:
    return parse_client_data_json(client).challenge


def _named(held: Sequence[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each) for each in held]


def _reason(error: Exception) -> str:
    """Return which rule was broken, without what the library quotes of the answer."""
    return type(error).__name__
