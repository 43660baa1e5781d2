"""How terms come to be, and change: agreed to from a request, narrowed, or widened.

Narrowing and widening are different acts.  Whoever narrows can never widen by it, and what
widens is always a new word of the resident, given against the difference.
"""

from dataclasses import replace
from datetime import datetime

from infobank.consent.consent import UNUSED, Consent, Uses
from infobank.consent.errors import EmptyConsentError, WideningError
from infobank.consent.terms import Terms
from infobank.vocabulary.item import Item


def agree(
    asked: Terms, agreed: tuple[Item, ...], now: datetime, explicit: frozenset[str] = frozenset()
) -> Terms:
    """Return the terms of a consent to part, or all, of what was asked for.

    The consent begins now.  `explicit` are the special-care categories to which the resident
    said yes one by one.

    Raises:
        EmptyConsentError: nothing was agreed to.
        WideningError: something was agreed to that was not asked for.
    """
    if not agreed:
        raise EmptyConsentError("choose at least one item to share, or refuse", field="items")
    categories = frozenset(item.category for item in agreed)
    terms = replace(asked, items=agreed, valid_from=now, explicit=explicit & categories)
    # INVARIANT: a consent never holds more than its request.
    if not replace(asked, valid_from=now, explicit=asked.categories).covers(terms):
        raise WideningError("a consent cannot hold more than was asked for", field="items")
    return terms


def narrow(held: Terms, wanted: Terms) -> Terms:
    """Return narrower terms; all that the held ones do not cover is refused.

    Raises:
        WideningError: somewhere the terms reach further than those held.
    """
    if not held.covers(wanted):
        raise WideningError("this reaches further than the consent does; it needs a new request")
    return wanted


def uses_under(held: Consent, terms: Terms) -> Uses:
    """Return how often a consent counts as used once its terms change.

    Terms that begin anew count anew, and another frequency counts its own stretches.
    """
    if terms.valid_from != held.terms.valid_from:
        return UNUSED
    if terms.frequency != held.terms.frequency:
        return Uses(total=held.uses.total)
    return held.uses
