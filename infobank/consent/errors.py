"""What can go wrong when a consent is given or changed."""

from infobank.errors import ConflictError, InvalidInputError, NotFoundError


class EmptyConsentError(InvalidInputError):
    """Refuse a consent in which the resident agreed to nothing."""

    code = "empty_consent"


class WideningError(InvalidInputError):
    """Refuse a consent that holds more than was asked for."""

    code = "consent_widened"


class UnknownConsentError(NotFoundError):
    """Say that the resident has no such consent."""

    code = "unknown_consent"


class WithdrawnConsentError(ConflictError):
    """Say that the consent has ended already."""

    code = "consent_withdrawn"


class UnknownMandateError(NotFoundError):
    """Say that the resident has no such mandate."""

    code = "unknown_mandate"


class StoppedMandateError(ConflictError):
    """Say that the mandate has ended already."""

    code = "mandate_stopped"


class MinorMandateError(ConflictError):
    """Refuse a mandate of a minor's own: her guardian's word is needed."""

    code = "minor_mandate"
