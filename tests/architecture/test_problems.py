"""Every error of the bank means something over HTTP, in every language, under a code that stays."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import infobank
from infobank.accounts.entrance.errors import CeremonyError
from infobank.errors import (
    ConfigurationError,
    InfobankError,
    InvalidInputError,
    NotFoundError,
    UnavailableError,
)
from infobank.oauth.errors import OAuthError
from infobank.vocabulary.text.language import Text
from infobank.web.api.contract.errors import error_catalogue
from infobank.web.oauth.meanings import MEANINGS
from infobank.web.problems import HTTP_TITLES, TABLE, http_title, row_of

INHERIT_ON_PURPOSE = {
    # Refused before the bank serves anything: over HTTP they can only be bugs of ours.
    "EmbeddedServerError": ConfigurationError,
    "KeyFileError": ConfigurationError,
    "InvalidStatisticError": ConfigurationError,
    "RootRefusedError": ConfigurationError,
    "KeyServiceError": ConfigurationError,
    # The key service's own: its callers hear only that the service is away, or that it failed.
    "RootUnavailableError": UnavailableError,
    "EpochMissingError": InfobankError,
    # The publisher's own: it asks again for fewer residents at a time.
    "RanOutError": UnavailableError,
    # Commands' own: no handler raises them.
    "SourceFormatError": InvalidInputError,
    "MalformedReleaseError": InvalidInputError,
    "PaperKeyError": InfobankError,
    "TallyOverflowError": InfobankError,
    "NoiseMechanismError": InfobankError,
    # Who shows a copy of a passkey is told no more than who shows a wrong one.
    "CounterBackError": CeremonyError,
    # The city's keys are asked for anew; then it is a sign-in that was not accepted.
    "UnknownKeyError": InvalidInputError,
    # A private key is bad input like any other, but is not sent back with the form.
    "PrivateKeyError": InvalidInputError,
    # A replayed code is answered as any bad code is.
    "CodeReplayedError": OAuthError,
    # The same code as at the broker, with the status of a resource server.
    "UnprovenReadError": OAuthError,
}


def modules() -> Iterator[str]:
    for module in pkgutil.walk_packages(infobank.__path__, "infobank."):
        if not module.name.endswith("__main__"):
            yield module.name


def kinds(root: type[InfobankError]) -> Iterator[type[InfobankError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from kinds(kind)


@pytest.fixture(scope="module")
def every() -> set[type[InfobankError]]:
    for name in modules():
        importlib.import_module(name)
    return {kind for kind in kinds(InfobankError) if kind.__module__.startswith("infobank.")}


def test_every_error_has_a_row_of_its_own_or_inherits_one_on_purpose(
    every: set[type[InfobankError]],
):
    without = {kind.__name__: kind for kind in every if kind not in TABLE and kind not in MEANINGS}
    assert set(without) == set(INHERIT_ON_PURPOSE)
    assert all(issubclass(kind, INHERIT_ON_PURPOSE[name]) for name, kind in without.items())


def test_every_name_ends_in_error_and_every_code_is_one_errors_own(
    every: set[type[InfobankError]],
):
    assert all(kind.__name__.endswith("Error") for kind in every)
    codes = [kind.code for kind in (InfobankError, *every) if "code" in vars(kind)]
    assert len(codes) == len(set(codes))
    assert all(code.isascii() and code.replace("_", "").isalnum() for code in codes)


def titles(every: set[type[InfobankError]]) -> Iterator[Text]:
    yield from (row_of(kind).title for kind in every)
    yield from (http_title(status) for status in (*HTTP_TITLES, 418))


def test_every_title_is_in_every_language(every: set[type[InfobankError]]):
    for title in titles(every):
        for japanese in (title.ja, title.easy):
            assert japanese
            assert not japanese.isascii()
        assert title.en
        assert title.en.isascii()


def test_what_went_wrong_on_our_side_is_never_shown(every: set[type[InfobankError]]):
    for kind in every:
        row = row_of(kind)
        if row.status == 500:
            assert not row.public, kind


def test_statuses_say_whose_fault_it_is(every: set[type[InfobankError]]):
    for kind in every:
        if issubclass(kind, InvalidInputError):
            assert row_of(kind).status == 400
        if issubclass(kind, NotFoundError):
            assert row_of(kind).status == 404
        if issubclass(kind, OAuthError):
            assert row_of(kind).status == kind.status


def test_the_catalogue_explains_every_code_a_caller_can_meet(every: set[type[InfobankError]]):
    explained = {row.code for row in error_catalogue()}
    met = {kind.code for kind in every if kind.__name__ not in INHERIT_ON_PURPOSE}
    assert met <= explained | {OAuthError.code}
