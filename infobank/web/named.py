"""What an address names."""

from uuid import UUID

from aiohttp import web

from infobank.errors import NotFoundError


def named(request: web.Request, part: str, refusal: type[NotFoundError] = NotFoundError) -> UUID:
    """Return the name in a part of a request's address.

    Raises:
        NotFoundError: it is no name that the bank gives; `refusal` is the kind of it.
    """
    try:
        return UUID(request.match_info[part])
    except ValueError:
        raise refusal(f"there is no such {part}") from None
