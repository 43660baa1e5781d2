"""The ways in, made by hand from the parts that a process was opened with."""

from infobank.accounts.entrance.ceremony import RelyingParty
from infobank.app.identity import site
from infobank.app.parts import Parts
from infobank.connectors.city_over_http import CityPlace
from infobank.keystore.privatefile import read_private_file
from infobank.oauth.city.client import CityClient
from infobank.usecases.entrance.calls import LookForCalls
from infobank.usecases.entrance.challenges import Challenges
from infobank.usecases.entrance.city import City, MakeCall
from infobank.usecases.entrance.enrolments import Enrolments
from infobank.usecases.entrance.entrance import Entrance
from infobank.usecases.entrance.marks import Marks
from infobank.usecases.entrance.passkeys import Passkeys
from infobank.usecases.entrance.recovery import Recovery
from infobank.usecases.entrance.sessions import Sessions
from infobank.usecases.entrance.sign_in import SignIn

RETURN = "/sign-in/city/return"
"""Where the city's sign-in sends people back to; the operator registers it there."""


def wire_sign_in(parts: Parts, sessions: Sessions) -> SignIn:
    """Make what opens accounts, and the demo's way in."""
    return SignIn(
        parts.units, parts.keyservice, sessions, parts.clock, parts.entropy, parts.settings.demo
    )


def wire_entrance(parts: Parts, call: MakeCall) -> Entrance:
    """Make the ways in from the bank's parts and what calls the city's sign-in.

    Raises:
        KeyFileError: the city's client secret cannot be read, or others can read it.
    """
    units, record, clock, entropy = parts.units, parts.record, parts.clock, parts.entropy
    settings, marks = parts.settings, Marks(parts.keyservice)
    sessions = Sessions(units, marks, record, clock, entropy, parts.policies.house)
    party = RelyingParty(settings.public_url, site(settings).publisher.ja)
    challenges = Challenges(units, clock, entropy)
    passkeys = Passkeys(units, marks, record, clock, challenges, sessions, party)
    enrolments = Enrolments(
        units, parts.keyservice, marks, record, clock, entropy, passkeys, sessions
    )
    city = None
    if settings.city is not None:
        city = City(
            units=units,
            marks=marks,
            record=record,
            clock=clock,
            entropy=entropy,
            sessions=sessions,
            enrolments=enrolments,
            client=_client(settings.city, settings.public_url),
            call=call,
        )
    recovery, calls = Recovery(units, record, clock), LookForCalls(units, clock)
    return Entrance(sessions, passkeys, enrolments, recovery, calls, city)


def _client(place: CityPlace, public_url: str) -> CityClient:
    secret = read_private_file(place.secret_file).decode().strip()
    return CityClient(place.issuer, place.client_id, secret, public_url + RETURN)
