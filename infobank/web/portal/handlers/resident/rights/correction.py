"""Ask for a correction: which kind of data, which field, which day, and what is right."""

from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from infobank.errors import InvalidInputError, NotFoundError
from infobank.usecases.rights.correct import Correction
from infobank.usecases.rights.sealing import Told
from infobank.usecases.vault.holdings import Holding
from infobank.vocabulary.category import Category, Field, FieldType, TimeUnit, Value
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import show
from infobank.web.portal.handlers.resident.rights.desk import see
from infobank.web.portal.typed import day, number, plain, time
from infobank.web.portal.views.resident.rights import CorrectionFormPage, CorrectionPage, Option
from infobank.web.state import BANK, PRINCIPAL

TYPED = ("observed", "time", "value", "note")
"""What the form posts beside its category and field."""


async def choose(request: web.Request) -> web.Response:
    """Show the kinds of data that are held, then the fields of one, then the form."""
    held = {each.category.code: each for each in await _held(request)}
    code, name = request.query.get("category"), request.query.get("field")
    if code is None:
        options = tuple(
            Option(code, each.category.label, each.category.description, _href(category=code))
            for code, each in held.items()
        )
        return await show(request, "correction", CorrectionPage(options))
    if code not in held:
        raise NotFoundError("the bank holds nothing like this about you")
    category = held[code].category
    if name is None:
        options = tuple(
            Option(each.name, each.label, None, _href(category=code, field=each.name))
            for each in category.fields
        )
        return await show(request, "correction", CorrectionPage(options, category.label))
    field = _field(category, name)
    typed = {"observed": held[code].last.isoformat()}
    return await _form(request, category, field, typed)


async def ask(request: web.Request) -> web.Response:
    """Take the correction; a form that is refused comes back as it was typed."""
    bank, principal, form = request.app[BANK], request[PRINCIPAL], await read_fields(request)
    category = bank.policies.category(form.get("category", ""))
    field = _field(category, form.get("field", ""))
    typed = {name: form.get(name, "").strip() for name in TYPED}
    try:
        wanted = Correction(_told(category, field, typed), _value(field, typed["value"]))
        made = await bank.rights.correct.ask(principal.resident, principal.by, wanted)
    except InvalidInputError as error:
        fault = error.field if error.field in TYPED else "value"
        return await _form(request, category, field, typed, fault)
    return see(made.request_id)


async def _held(request: web.Request) -> list[Holding]:
    return await request.app[BANK].holdings(request[PRINCIPAL].resident)


async def _form(
    request: web.Request,
    category: Category,
    field: Field,
    typed: Mapping[str, str],
    fault: str = "",
) -> web.Response:
    view = CorrectionFormPage(
        category_code=category.code,
        field_code=field.name,
        category=category.label,
        label=field.label,
        unit=field.unit,
        codes=tuple(Option(code, label) for code, label in field.codes),
        timed=category.time is TimeUnit.MINUTE,
        at_once=category.code in request.app[BANK].rights.desk.rules.by_resident,
        typed=typed,
        fault=fault,
    )
    return await show(request, "correction_form", view, status=422 if fault else 200)


def _field(category: Category, name: str) -> Field:
    """Return a field of a category.

    Raises:
        NotFoundError: it has none of that name.
    """
    try:
        return category.field(name)
    except InvalidInputError:
        raise NotFoundError("there is no such field") from None


def _told(category: Category, field: Field, typed: Mapping[str, str]) -> Told:
    observed = day(typed["observed"], "observed")
    minute = time(typed["time"], "time") if category.time is TimeUnit.MINUTE else 0
    return Told(category.code, field.name, observed, minute, typed["note"])


def _value(field: Field, text: str) -> Value:
    """Return the value that was written; nothing says that there is none."""
    if not text:
        return None
    return field.parse_number(number(text)) if field.type is FieldType.NUMBER else plain(text)


def _href(**chosen: str) -> str:
    return f"{address('correction')}?{urlencode(chosen)}"
