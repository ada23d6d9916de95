"""Management adds identity providers of SAML, with whose responses users log in."""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from loginradius_harness.client.saml_identity_provider import SamlIdentityProvider, response_with, unsigned
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.saml_log_in import Begun

Json = Any

pytestmark = pytest.mark.preset("administration")

CALLBACK = "https://emulated.hub.loginradius.com/app"
LONG = timedelta(hours=1)  # more than any difference of clocks that is forgiven


@pytest.fixture(scope="module")
def identity() -> SamlIdentityProvider:
    """Return a provider's key and certificate."""
    return SamlIdentityProvider()


@pytest.fixture
def provider(journey: Journey, identity: SamlIdentityProvider) -> Iterator[Json]:
    """Return a provider, which is removed at the end."""
    name = f"lrh-saml-{uuid4().hex[:12]}"
    yield journey.saml_log_in.add_provider(name, identity)
    if name in journey.administration.saml_providers():
        journey.administration.remove_saml_provider(name)


@pytest.fixture
def by_itself(journey: Journey, provider: Json) -> Json:
    """Return a provider that may begin log-ins by itself."""
    return journey.administration.change_saml_provider(provider["Provider"], IsIdpInitiated=True)


def begin(journey: Journey, provider: Json) -> Begun:
    """Begin a log-in."""
    return journey.saml_log_in.begin(provider["Provider"], CALLBACK)


def log_in(journey: Journey, provider: Json, identity: SamlIdentityProvider, **said: Any) -> str | None:
    """Bring a response to a new request; return the request token, None where it is refused."""
    statement = journey.saml_log_in.statement(provider, begin(journey, provider), **said)
    return journey.saml_log_in.bring(provider, identity.response(statement))


def profile(journey: Journey, session: Session) -> Json:
    """Return the profile of a user."""
    return journey.client.call("authentication.get_profile", token=session.token).must_succeed().data


def is_signed_by(request: Begun, certificate: str) -> bool:
    """Return whether the query of a request has a signature of a certificate's key (SAML bindings 3.4.4.1)."""
    key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    assert isinstance(key, RSAPublicKey)
    signed, _, signature = request.query.partition("&Signature=")
    try:
        key.verify(b64decode(_unquoted(signature)), signed.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _unquoted(text: str) -> str:
    return re.sub("%(..)", lambda found: chr(int(found[1], 16)), text)


@pytest.mark.rule("saml_providers.providers_follow_changes")
def test_provider_of_saml_is_read_as_written_until_it_is_removed(journey: Journey, provider: Json) -> None:
    administration, name = journey.administration, provider["Provider"]
    assert provider["IdentityProvider"]["Location"] == "https://id.example.com/saml"
    changed = administration.change_saml_provider(
        name, DataMap={"Email": "mail", "FirstName": "givenName"}, FriendlyProviderName="Harness"
    )
    assert changed == provider | {
        "DataMap": {"Email": "mail", "FirstName": "givenName"}, "FriendlyProviderName": "Harness",
        "LastModifiedDate": changed["LastModifiedDate"],
    }  # fmt: skip
    read = administration.call("saml_provider.get", path={"saml_provider": name}).must_succeed().data
    assert read == administration.saml_providers()[name] == changed
    administration.remove_saml_provider(name)
    assert name not in administration.saml_providers()


@pytest.mark.rule("saml_providers.provider_logs_users_in")
def test_response_logs_in_until_the_provider_is_removed(
    journey: Journey, provider: Json, identity: SamlIdentityProvider
) -> None:
    name, subject = provider["Provider"], f"lrh-{uuid4().hex[:12]}"
    first, second = (log_in(journey, provider, identity, subject=subject) for _ in range(2))
    assert first
    assert second
    request = begin(journey, provider)
    assert journey.social.identities(journey.saml_log_in.session(first)) == [(name, subject)]
    journey.administration.remove_saml_provider(name)
    statement = journey.saml_log_in.statement(provider, request, subject=subject)
    assert journey.saml_log_in.bring(provider, identity.response(statement)) is None
    reply = journey.client.call("social.exchange_access_token", query={"token": second})
    reply.must_be_refused(ErrorCode.PROVIDER_NOT_CONFIGURED)


@pytest.mark.rule("saml_providers.listed_provider_is_offered")
def test_listed_provider_is_offered(journey: Journey, provider: Json) -> None:
    name = provider["Provider"]

    def offered() -> list[str]:
        return [one["Name"].lower() for one in journey.configuration["SocialSchema"]["Providers"]]

    assert name in offered()
    journey.administration.change_saml_provider(name, ListInInterface=False)
    assert name not in offered()


@pytest.mark.rule("saml_providers.mapping_decides")
def test_mapping_fills_the_profile(journey: Journey, provider: Json, identity: SamlIdentityProvider) -> None:
    name, employee = provider["Provider"], f"lrh-{uuid4().hex[:12]}"
    mapping = {"ID": "urn:oid:employee", "FirstName": "givenName"}
    journey.administration.change_saml_provider(name, DataMap=mapping)
    told = {"urn:oid:employee": employee, "givenName": "Ada", "sn": "Lovelace"}
    token = log_in(journey, provider, identity, attributes=told)
    assert token
    session = journey.saml_log_in.session(token)
    assert journey.social.identities(session) == [(name, employee)]
    known = profile(journey, session)
    assert (known["FirstName"], known["LastName"]) == ("Ada", None)
    assert log_in(journey, provider, identity, attributes={"givenName": "Ada"}) is None, "no identifier"


@pytest.mark.rule("saml_providers.certificate_is_renewed")
def test_renewed_certificate_signs_requests(journey: Journey, provider: Json) -> None:
    name, old = provider["Provider"], provider["SpCertificate"]["Certificate"]
    assert is_signed_by(begin(journey, provider), old)
    path = {"saml_provider": name}
    renewed = journey.administration.call("saml_provider.renew_certificate", path=path).must_succeed().data
    new = renewed["SpCertificate"]["Certificate"]
    assert journey.administration.saml_providers()[name]["SpCertificate"]["Certificate"] == new != old
    request = begin(journey, provider)
    assert is_signed_by(request, new)
    assert not is_signed_by(request, old)


@pytest.mark.rule("saml_providers.response_is_signed_by_the_provider")
def test_response_without_the_providers_signature_is_refused(
    journey: Journey, provider: Json, identity: SamlIdentityProvider
) -> None:
    statement = journey.saml_log_in.statement(provider, begin(journey, provider))
    attempts = {
        "unsigned": response_with(unsigned(statement.assertion), statement.address),
        "signed by another": SamlIdentityProvider().response(statement),
        "changed": identity.response(statement).replace(f">{statement.subject}<", ">somebody-else<"),
    }
    taken = {name for name, response in attempts.items() if journey.saml_log_in.bring(provider, response)}
    assert taken == set()
    assert journey.saml_log_in.bring(provider, identity.response(statement))


@pytest.mark.rule("saml_providers.response_is_signed_by_the_provider")
def test_replaced_certificate_signs_no_more(journey: Journey, provider: Json, identity: SamlIdentityProvider) -> None:
    other = SamlIdentityProvider()
    name = provider["Provider"]
    journey.administration.change_saml_provider(name, IdpCertificate={"Certificate": other.certificate})
    assert log_in(journey, provider, identity) is None
    assert log_in(journey, provider, other)


def beside(signed: str, forged: str) -> str:
    """Return a forged assertion with the signed one after it."""
    return forged + signed


def within_extensions(signed: str, forged: str) -> str:
    """Return a forged assertion with the signed one where no assertion belongs."""
    return f"<samlp:Extensions>{signed}</samlp:Extensions>{forged}"


def within_its_signature(signed: str, forged: str) -> str:
    """Return a forged assertion with the signature of the signed one, which holds what it signs."""
    signature = re.search(r"<ds:Signature.*</ds:Signature>", signed, re.DOTALL)
    assert signature
    held = f"<ds:Object>{signed.replace(signature[0], '')}</ds:Object></ds:Signature>"
    return forged.replace("</saml:Issuer>", f"</saml:Issuer>{signature[0].replace('</ds:Signature>', held)}", 1)


@pytest.mark.rule("saml_providers.signed_part_alone_is_read")
@pytest.mark.parametrize("wrapped", [beside, within_extensions, within_its_signature])
def test_forged_assertion_beside_a_signed_one_is_refused(
    journey: Journey, provider: Json, identity: SamlIdentityProvider, wrapped: Callable[[str, str], str]
) -> None:
    request = begin(journey, provider)
    statement = journey.saml_log_in.statement(provider, request)
    forged = unsigned(journey.saml_log_in.statement(provider, request, subject="lrh-victim").assertion)
    response = response_with(wrapped(identity.signed(statement.assertion), forged), statement.address)
    assert journey.saml_log_in.bring(provider, response) is None
    assert journey.saml_log_in.bring(provider, identity.response(statement))


@pytest.mark.rule("saml_providers.response_is_meant_for_the_tenant")
@pytest.mark.parametrize("member", ["audience", "address"])
def test_response_for_another_is_refused(
    journey: Journey, provider: Json, identity: SamlIdentityProvider, member: str
) -> None:
    statement = journey.saml_log_in.statement(
        provider, begin(journey, provider), **{member: "https://other.example.com/"}
    )
    response = response_with(identity.signed(statement.assertion), provider["ServiceProviderACSUrl"])
    assert journey.saml_log_in.bring(provider, response) is None


@pytest.mark.rule("saml_providers.response_is_current")
@pytest.mark.parametrize("hours", [-1, 1], ids=["late", "early"])
def test_response_outside_its_time_is_refused(
    journey: Journey, provider: Json, identity: SamlIdentityProvider, hours: int
) -> None:
    now = journey.client.clock.now() + hours * LONG
    assert log_in(journey, provider, identity, begins=now - LONG / 4, ends=now + LONG / 4) is None


@pytest.mark.rule("saml_providers.response_logs_in_once")
def test_response_is_taken_once(journey: Journey, by_itself: Json, identity: SamlIdentityProvider) -> None:
    statement = journey.saml_log_in.statement(by_itself)
    response = identity.response(statement)
    assert journey.saml_log_in.bring(by_itself, response, RelayState=CALLBACK)
    assert journey.saml_log_in.bring(by_itself, response, RelayState=CALLBACK) is None


@pytest.mark.rule("saml_providers.response_answers_a_request")
def test_response_answers_a_request_unless_the_provider_may_begin(
    journey: Journey, provider: Json, identity: SamlIdentityProvider
) -> None:
    def brought(**said: Any) -> str | None:
        response = identity.response(journey.saml_log_in.statement(provider, **said))
        return journey.saml_log_in.bring(provider, response, RelayState=CALLBACK)

    assert brought() is None
    assert brought(request="_unknown") is None
    journey.administration.change_saml_provider(provider["Provider"], IsIdpInitiated=True)
    assert brought()
    assert brought(request="_unknown") is None


@pytest.mark.rule("saml_providers.document_type_is_refused")
def test_response_with_a_document_type_is_refused(
    journey: Journey, by_itself: Json, identity: SamlIdentityProvider
) -> None:
    response = identity.response(journey.saml_log_in.statement(by_itself))
    typed = f'<!DOCTYPE response [<!ENTITY grows "more">]>{response}'
    assert journey.saml_log_in.bring(by_itself, typed, RelayState=CALLBACK) is None
    assert journey.saml_log_in.bring(by_itself, response, RelayState=CALLBACK)


@pytest.mark.rule("saml_providers.unknown_provider_is_refused")
def test_removed_provider_of_saml_is_unknown_and_a_name_is_given_once(journey: Journey, provider: Json) -> None:
    administration, name = journey.administration, provider["Provider"]
    body = {"Provider": name, "DataMap": {}}
    administration.call("saml_provider.create", body=body).must_be_refused(ErrorCode.PROVIDER_INVALID)
    administration.remove_saml_provider(name)
    for operation, sent in (("get", None), ("update", body), ("renew_certificate", None), ("delete", None)):
        reply = administration.call(f"saml_provider.{operation}", path={"saml_provider": name}, body=sent)
        reply.must_be_refused(ErrorCode.PROVIDER_NOT_CONFIGURED)


@pytest.mark.rule("saml_providers.keys_name_profile_members")
def test_keys_of_providers_of_saml_name_members_of_a_profile(journey: Journey) -> None:
    keys = journey.administration.call("saml_provider.list_mapping_keys").must_succeed().data["Data"]
    assert {"ID", "Email", "FirstName", "LastName"} <= set(keys)
