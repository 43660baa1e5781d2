"""What the NGSI-LD interface refuses beyond the errors every part has.

Each carries the name under which ETSI GS CIM 009 V1.9.1 lists it (table 6.3.2-1).
"""

from typing import ClassVar

from infobank.errors import InfobankError


class NgsiLdError(InfobankError):
    """Refuse a request for entities; `name` is the last part of its ETSI type."""

    code = "ngsi_ld"
    name: ClassVar[str] = "InternalError"


class UnknownParameterError(NgsiLdError):
    """Refuse a parameter, or a value of `options`, that the interface does not know."""

    code = "ngsi_ld_invalid_request"
    name = "InvalidRequest"


class OperationNotSupportedError(NgsiLdError):
    """Refuse a parameter of the standard that this read-only interface does not serve."""

    code = "ngsi_ld_not_supported"
    name = "OperationNotSupported"


class TooManyResultsError(NgsiLdError):
    """Refuse a page that is too long."""

    code = "ngsi_ld_too_many_results"
    name = "TooManyResults"


class ContextNotAvailableError(NgsiLdError):
    """Refuse a JSON-LD context other than the bank's own: none is ever fetched."""

    code = "ngsi_ld_context_not_available"
    name = "LdContextNotAvailable"


class UnknownTenantError(NgsiLdError):
    """Refuse a tenant: the bank has none."""

    code = "ngsi_ld_unknown_tenant"
    name = "NonexistentTenant"
