"""A provider asks an approved inquiry, with a DPoP-bound token, under a consent to answers."""

import json

from aiohttp import web

from infobank.consent.answers.inquiry import Asked, Computation, Inquiry
from infobank.consent.question import DisclosureRequest
from infobank.errors import InfobankError
from infobank.oauth.errors import OAuthError
from infobank.usecases.consent.answer import Told
from infobank.usecases.consent.disclose import Wish, wanted_item
from infobank.usecases.consent.grounds import recipient_of
from infobank.usecases.oauth.identify import Reader
from infobank.vocabulary.category import Category
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.language import Text
from infobank.web.api.bodies import json_body
from infobank.web.api.inquiries.documents import AskingDocument
from infobank.web.api.schemas import read
from infobank.web.oauth.resource import challenged, identify, refused, release
from infobank.web.opendata.answering import ASK_AGAIN, answer
from infobank.web.state import BANK

ASKING = AskingDocument()


async def listing(request: web.Request) -> web.Response:
    """Answer with every inquiry the bank has approved."""
    bank = request.app[BANK]
    found = [
        _inquiry_document(each, bank.policies.category(each.category))
        for _, each in sorted(bank.answer.inquiries.items())
    ]
    body = json.dumps({"inquiries": found}, ensure_ascii=False).encode()
    return answer(request, body, "application/json", ASK_AGAIN)


async def ask(request: web.Request) -> web.StreamResponse:
    """Answer an inquiry as the consent permits, or say why it does not."""
    try:
        reader = await identify(request)
    except OAuthError as error:
        return challenged(request, error)
    asking = read(ASKING, await json_body(request))
    bank = request.app[BANK]
    asked = bank.answer.asked(asking["inquiry"], asking["parameters"])
    wanted = _disclosure_request(reader, asked, bank.policies)
    async with bank.answer(wanted, reader.grounds, asked, asking["nonce"]) as told:
        if told.disclosure is None or told.statement is None:
            return refused(request, told.decision)
        return await release(request, told.disclosure, _answer_document(told))


def _disclosure_request(reader: Reader, asked: Asked, policies: Policies) -> DisclosureRequest:
    consent, inquiry = reader.grounds.consent, asked.inquiry
    return DisclosureRequest(
        resident=reader.resident,
        recipient=recipient_of(reader.provider, policies),
        purpose=consent.terms.purpose if consent else "",
        item=wanted_item(consent, Wish(inquiry.category, (inquiry.field,), asked.period)),
        # INVARIANT: what this address gives are answers, whatever the consent says.
        mode=OutputMode.ANSWERS,
        asked=str(asked),
    )


def _answer_document(told: Told) -> dict[str, object]:
    """Return the answer in the shape of `documents.AnswerDocument`."""
    statement, decision = told.statement, told.decision
    if statement is None:
        raise InfobankError("a permit without an answer")
    return {
        "request": str(statement.request),
        "subject": statement.subject,
        "grant_id": str(statement.consent),
        "answer": statement.shown(),
        "obligations": {duty.name: duty.parameter for duty in decision.obligations},
        "signed": told.signed,
    }


def _inquiry_document(inquiry: Inquiry, category: Category) -> dict[str, object]:
    """Return an inquiry in the shape of `documents.InquiryDocument`."""
    field, choices = category.field(inquiry.field), inquiry.choices
    counts = inquiry.computation is Computation.COUNT
    return {
        "inquiry": inquiry.code,
        "label": _text(inquiry.label),
        "description": _text(inquiry.description),
        "category": inquiry.category,
        "field": inquiry.field,
        "computes": inquiry.computation.value,
        "parameter": {
            "name": inquiry.measure.value,
            "minimum": choices[0],
            "maximum": choices[-1],
            "step": choices.step,
        },
        "edges": [str(edge) if counts else field.show(edge) for edge in inquiry.edges],
        "least": inquiry.least,
        "apart": inquiry.apart,
        "most": inquiry.most,
        "stretch_days": inquiry.stretch_days,
    }


def _text(text: Text) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}
