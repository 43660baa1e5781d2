"""Who is calling: nobody known, a signed-in person, a provider's client, or a reader."""

from dataclasses import dataclass

from infobank.accounts.account import Role
from infobank.accounts.entrance.session import Session
from infobank.errors import InfobankError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ProviderId, ResidentId


class SignInRequiredError(InfobankError):
    """Say that this needs a signed-in person."""

    code = "sign_in_required"


class NotYoursError(InfobankError):
    """Say that this is for another kind of person."""

    code = "not_yours"


class ProofError(InfobankError):
    """Refuse a proof of who sits there that came with a form; the form can bring another."""

    code = "proof_refused"


class ForgedFormError(InfobankError):
    """Refuse a change that did not come from this person's own page of the bank."""

    code = "forged_form"


@dataclass(frozen=True)
class Principal:
    """Who sends a request; `session` is None for anybody not signed in."""

    session: Session | None = None

    @property
    def role(self) -> Role | None:
        """The role of the signed-in person."""
        return self.session.account.role if self.session else None

    @property
    def signed_in(self) -> Session:
        """The session of the signed-in person.

        Raises:
            SignInRequiredError: nobody is signed in.
        """
        if self.session is None:
            raise SignInRequiredError("sign in first")
        return self.session

    @property
    def resident(self) -> ResidentId:
        """The resident whose data the signed-in person sees: her own, or her ward's.

        Raises:
            SignInRequiredError: nobody is signed in.
            NotYoursError: whoever is signed in is not a resident.
        """
        resident = self.signed_in.acts_for
        if resident is None:
            raise NotYoursError("this page is for residents")
        return resident

    @property
    def by(self) -> GivenBy:
        """Whose act it is what the signed-in person does.

        Raises:
            SignInRequiredError: nobody is signed in.
        """
        return self.signed_in.by

    @property
    def provider(self) -> ProviderId:
        """The provider whose staff is signed in.

        Raises:
            SignInRequiredError: nobody is signed in.
            NotYoursError: whoever is signed in does not work for a provider.
        """
        provider = self.signed_in.account.provider
        if provider is None:
            raise NotYoursError("this page is for service providers")
        return provider
