"""The portal's pages: address, who may open it, and what it does."""

from collections.abc import Sequence
from dataclasses import dataclass

from infobank.web.access import Access, Handler
from infobank.web.api.receipts import handlers as receipts
from infobank.web.portal.addresses import ADDRESSES
from infobank.web.portal.handlers.auditor import entries, health, log
from infobank.web.portal.handlers.entrance import (
    account,
    city,
    confirm,
    enrol,
    sessions,
    sign_in,
)
from infobank.web.portal.handlers.everybody import documentation, presence, public, reading
from infobank.web.portal.handlers.provider import builder, keys, notices, sandbox
from infobank.web.portal.handlers.provider import home as provider
from infobank.web.portal.handlers.resident import (
    counter_code,
    history,
    holdings,
    home,
    people,
    requests,
    settings,
    sights,
    summary,
    told,
    unexpected,
)
from infobank.web.portal.handlers.resident.answering import counter, preview
from infobank.web.portal.handlers.resident.answering import request as answering
from infobank.web.portal.handlers.resident.consents import (
    listing,
    narrowing,
    withdrawals,
    withdrawing,
)
from infobank.web.portal.handlers.resident.mandates import giving, stopping
from infobank.web.portal.handlers.resident.mandates import listing as mandates
from infobank.web.portal.handlers.resident.mandates import narrowing as mandate_narrowing
from infobank.web.portal.handlers.resident.rights import closure, correction, desk, stops
from infobank.web.portal.handlers.steward import (
    approvals,
    corrections,
    providers,
    visit,
    watch,
)
from infobank.web.portal.handlers.steward import counter as at_counter
from infobank.web.portal.handlers.steward import desk as steward_desk
from infobank.web.portal.handlers.steward import home as steward


@dataclass(frozen=True)
class Page:
    """One address of the portal."""

    method: str
    path: str
    access: Access
    handler: Handler


def _get(name: str, access: Access, handler: Handler) -> Page:
    return Page("GET", ADDRESSES[name], access, handler)


def _post(name: str, access: Access, handler: Handler) -> Page:
    return Page("POST", ADDRESSES[name], access, handler)


PORTAL: Sequence[Page] = (
    # anybody's
    _get("front", Access.ANYBODY, public.front),
    _get("about", Access.ANYBODY, public.about),
    _get("datasets", Access.ANYBODY, public.datasets),
    _get("dataset", Access.ANYBODY, public.dataset),
    _get("static", Access.ANYBODY, public.static),
    _post("reading", Access.ANYBODY, reading.choose),
    _get("presence", Access.SIGNED_IN, presence.presence),
    _get("api_docs", Access.ANYBODY, documentation.api),
    _get("api_part", Access.ANYBODY, documentation.part),
    _get("api_schema", Access.ANYBODY, documentation.schema),
    _get("api_schemas", Access.ANYBODY, documentation.schemas),
    _get("error_catalogue", Access.ANYBODY, documentation.errors),
    _get("log_key", Access.ANYBODY, log.key),
    _get("verifier", Access.ANYBODY, log.verifier),
    _get("sign_in", Access.ANYBODY, sign_in.ask),
    _post("sign_in", Access.ANYBODY, sign_in.sign_in),
    _post("sign_out", Access.SIGNED_IN, sign_in.sign_out),
    _post("sign_in_options", Access.ANYBODY, sign_in.passkey_options),
    _post("sign_in_passkey", Access.ANYBODY, sign_in.passkey),
    _post("sign_in_city", Access.ANYBODY, city.sign_in),
    _get("city_return", Access.ANYBODY, city.come_back),
    _get("enrol", Access.ANYBODY, enrol.ask),
    _post("enrol", Access.ANYBODY, enrol.code),
    _post("enrol_options", Access.ANYBODY, enrol.options),
    _post("enrol_passkey", Access.ANYBODY, enrol.passkey),
    _post("enrol_city", Access.ANYBODY, city.enrol),
    # anybody's who is signed in
    _get("confirm", Access.SIGNED_IN, confirm.ask),
    _post("confirm", Access.SIGNED_IN, confirm.confirm),
    _post("confirm_options", Access.SIGNED_IN, confirm.options),
    _post("confirm_city", Access.SIGNED_IN, city.confirm),
    _get("confirmed", Access.SIGNED_IN, confirm.confirmed),
    _get("account", Access.SIGNED_IN, account.account),
    _get("passkey_new", Access.SIGNED_IN, account.new),
    _post("passkey_new", Access.SIGNED_IN, account.add),
    _post("passkey_options", Access.SIGNED_IN, account.options),
    _get("passkey_remove", Access.SIGNED_IN, account.ask_removal),
    _post("passkey_remove", Access.SIGNED_IN, account.remove),
    _post("city_link", Access.SIGNED_IN, city.link),
    _post("city_unlink", Access.SIGNED_IN, city.unlink),
    _get("recovery", Access.SIGNED_IN, account.recovery),
    _post("recovery", Access.SIGNED_IN, account.stop_recovery),
    _get("sessions", Access.SIGNED_IN, sessions.sessions),
    _post("sessions_end", Access.SIGNED_IN, sessions.end_others),
    _post("session_end", Access.SIGNED_IN, sessions.end),
    # a resident's
    _get("home", Access.RESIDENT, home.home),
    _get("holdings", Access.RESIDENT, holdings.holdings),
    _get("category", Access.RESIDENT, holdings.category),
    _get("consents", Access.RESIDENT, listing.consents),
    _get("consent", Access.RESIDENT, listing.consent),
    _get("versions", Access.RESIDENT, listing.versions),
    _get("receipt", Access.RESIDENT, listing.receipt),
    _get("receipt_file", Access.RESIDENT, receipts.download),
    _get("narrow", Access.RESIDENT, narrowing.ask),
    _post("narrow", Access.RESIDENT, narrowing.narrow),
    _get("withdraw", Access.RESIDENT, withdrawing.ask),
    _post("withdraw", Access.RESIDENT, withdrawing.withdraw),
    _get("withdrawn", Access.RESIDENT, withdrawing.withdrawn),
    _get("withdraw_many", Access.RESIDENT, withdrawals.ask),
    _post("withdraw_many", Access.RESIDENT, withdrawals.withdraw),
    _get("who_can_see", Access.RESIDENT, sights.who_can_see),
    _get("who_can_see_category", Access.RESIDENT, sights.category),
    _get("mandates", Access.RESIDENT, mandates.mandates),
    _get("mandate_new", Access.RESIDENT, giving.ask),
    _post("mandate_new", Access.RESIDENT, giving.decide),
    _get("mandate", Access.RESIDENT, mandates.mandate),
    _get("mandate_stop", Access.RESIDENT, stopping.ask_stop),
    _post("mandate_stop", Access.RESIDENT, stopping.stop),
    _get("mandate_narrow", Access.RESIDENT, mandate_narrowing.ask_narrow),
    _post("mandate_narrow", Access.RESIDENT, mandate_narrowing.narrow),
    _get("authorize", Access.ANYBODY, requests.authorize),  # sends to sign in and back
    _get("waiting", Access.RESIDENT, requests.waiting),
    _get("request", Access.RESIDENT, answering.ask),
    _post("request", Access.RESIDENT, answering.answer),
    _get("request_preview", Access.RESIDENT, preview.whole),
    _post("request_preview", Access.RESIDENT, preview.chosen),
    _get("request_counter", Access.RESIDENT, counter.ask),
    _post("request_counter", Access.RESIDENT, counter.offer),
    _get("history", Access.RESIDENT, history.history),
    _get("unexpected", Access.RESIDENT, unexpected.ask),
    _post("unexpected", Access.RESIDENT, unexpected.report),
    _get("summary", Access.RESIDENT, summary.summary),
    _get("told", Access.RESIDENT, told.told),
    _post("told", Access.RESIDENT, told.see),
    _get("people", Access.RESIDENT, people.people),
    _post("proxy_end", Access.RESIDENT, people.end),
    _post("household", Access.RESIDENT, people.agree),
    _get("settings", Access.RESIDENT, settings.settings),
    _post("settings", Access.RESIDENT, settings.change),
    _get("proof", Access.RESIDENT, history.proof),
    _get("proof_file", Access.RESIDENT, history.download),
    # a resident's at the rights desk
    _get("rights", Access.RESIDENT, desk.rights),
    _get("rights_request", Access.RESIDENT, desk.one),
    _get("rights_file", Access.RESIDENT, desk.fetch_export),
    _post("rights_lift", Access.RESIDENT, desk.lift),
    _post("export", Access.RESIDENT, desk.ask_export),
    _get("correction", Access.RESIDENT, correction.choose),
    _post("correction", Access.RESIDENT, correction.ask),
    _get("restriction", Access.RESIDENT, stops.ask_restriction),
    _post("restriction", Access.RESIDENT, stops.restrict),
    _get("objection", Access.RESIDENT, stops.ask_objection),
    _post("objection", Access.RESIDENT, stops.object_to),
    _get("closure", Access.RESIDENT, closure.ask),
    _post("closure", Access.RESIDENT, closure.close),
    _get("acting", Access.SIGNED_IN, people.ask),
    _post("acting", Access.SIGNED_IN, people.act),
    # an auditor's
    _get("log", Access.AUDITOR, log.log),
    _get("log_health", Access.AUDITOR, health.health),
    _get("log_trends", Access.AUDITOR, health.trends),
    _get("log_entries", Access.AUDITOR, entries.entries),
    _get("evidence", Access.AUDITOR, entries.ask),
    _post("evidence", Access.AUDITOR, entries.take),
    _get("log_proof", Access.AUDITOR, log.proof),
    _get("log_proof_file", Access.AUDITOR, log.download),
    # a provider's, and the steward's
    _get("provider_home", Access.PROVIDER, provider.home),
    _get("provider_consents", Access.PROVIDER, provider.consents),
    _get("provider_requests", Access.PROVIDER, provider.requests),
    _post("provider_request", Access.PROVIDER, provider.take_back),
    _get("provider_builder", Access.PROVIDER, builder.builder),
    _get("builder_preview", Access.PROVIDER, builder.preview),
    _get("provider_keys", Access.PROVIDER, keys.keys),
    _post("provider_keys", Access.PROVIDER, keys.change_keys),
    _get("provider_certificates", Access.PROVIDER, keys.certificates),
    _get("provider_notices", Access.PROVIDER, notices.notices),
    _post("provider_notice", Access.PROVIDER, notices.answer),
    _get("provider_sandbox", Access.PROVIDER, sandbox.sandbox),
    _post("provider_sandbox", Access.PROVIDER, sandbox.register_key),
    _get("sandbox_client", Access.PROVIDER, sandbox.client),
    _get("steward_home", Access.STEWARD, steward.home),
    _get("providers", Access.STEWARD, providers.providers),
    _get("provider_register", Access.STEWARD, providers.ask_new),
    _post("provider_register", Access.STEWARD, providers.register),
    _get("provider_one", Access.STEWARD, providers.one),
    _post("provider_certify", Access.STEWARD, providers.certify),
    _post("provider_renew", Access.STEWARD, providers.renew),
    _post("provider_new_keys", Access.STEWARD, providers.new_keys),
    _get("board", Access.STEWARD, providers.board),
    _get("overdue", Access.STEWARD, watch.overdue),
    _get("corrections", Access.STEWARD, corrections.corrections),
    _post("correction_decision", Access.STEWARD, corrections.decide),
    _get("reports", Access.STEWARD, steward_desk.reports),
    _post("report_answer", Access.STEWARD, steward_desk.answer),
    _get("publications", Access.STEWARD, watch.publications),
    _get("keys", Access.STEWARD, watch.keys),
    _get("approvals", Access.STEWARD, approvals.approvals),
    _get("approval", Access.STEWARD, approvals.approval),
    _post("approval", Access.STEWARD, approvals.decide),
    _get("letters", Access.STEWARD, steward_desk.letters),
    _get("letter", Access.STEWARD, steward_desk.letter),
    _post("letter", Access.STEWARD, steward_desk.posted),
    # the counter
    _get("counter", Access.STEWARD, at_counter.ask),
    _post("counter", Access.STEWARD, at_counter.begin),
    _get("counter_card", Access.STEWARD, at_counter.ask_card),
    _post("counter_card", Access.STEWARD, at_counter.make_card),
    _get("counter_paper", Access.STEWARD, at_counter.ask_paper),
    _post("counter_paper", Access.STEWARD, at_counter.withdraw),
    _get("counter_visit", Access.STEWARD, visit.visit),
    _post("counter_visit", Access.STEWARD, visit.end),
    _get("counter_request", Access.STEWARD, visit.ask),
    _post("counter_request", Access.STEWARD, visit.take_down),
    _get("counter_consent", Access.STEWARD, visit.consent),
    _post("counter_consent", Access.STEWARD, visit.withdraw),
    _get("counter_receipt", Access.STEWARD, visit.receipt),
    _get("counter_code", Access.RESIDENT, counter_code.ask),
    _post("counter_code", Access.RESIDENT, counter_code.make),
)
