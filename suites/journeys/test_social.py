"""Login through a social provider, and linking its profile to an account."""

import base64
import hmac
import json
from typing import Any

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.contracts.error_envelope import error_envelope
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.journey.social import EXCHANGES

Json = Any

TAKEN = (
    ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED,
    ErrorCode.SOCIAL_LOGIN_EMAIL_ALREADY_REGISTERED,
    ErrorCode.EMAIL_OF_SOCIAL_ACCOUNT,
    ErrorCode.SOCIAL_LOGIN_EMAIL_OF_ANOTHER_ACCOUNT,
    ErrorCode.ACCOUNT_LINKING_DISABLED,
)  # error codes of a profile whose address another account has
JWTS = [
    ("native_social.by_custom_jwt", "myjwt", {"providername": "myjwt"}),
    ("native_social.by_google_jwt", "google", {}),
]


def signed(claims: Json, key: str) -> str:
    """Return an id token (HS256) with these claims."""
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    text = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    seal = base64.urlsafe_b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode().rstrip("=")
    return f"{text}.{seal}"


@pytest.mark.parametrize("way", EXCHANGES)
@pytest.mark.rule("social.provider_token_answers_tokens")
def test_provider_token_logs_in(journey: Journey, way: str) -> None:
    address = journey.new_person().email
    granted = journey.social.new_user(EXCHANGES[way][0], email=address, profile={"FirstName": "Ada"})
    profile = journey.profile(journey.social.log_in(way, granted))
    assert (profile["Email"], profile["FirstName"]) == ([{"Type": "Primary", "Value": address}], "Ada")


@pytest.mark.rule("social.provider_token_is_required")
@pytest.mark.parametrize("operation", ["by_facebook_access_token", "by_google_access_token", "by_twitter_access_token"])
def test_unknown_provider_token_is_refused(api: Client, operation: str) -> None:
    api.call(f"native_social.{operation}").must_be_refused(ErrorCode.PROVIDER_ACCESS_TOKEN_MISSING)


@pytest.mark.rule("social.provider_token_is_required")
def test_token_secret_is_required_when_the_provider_uses_one(journey: Journey, api: Client) -> None:
    query = {"tw_Access_Token": journey.social.new_user("twitter")["access_token"]}
    api.call("native_social.by_twitter_access_token", query=query).must_be_refused(
        ErrorCode.PROVIDER_TOKEN_SECRET_MISSING
    )


@pytest.mark.parametrize(("operation", "issuer", "query"), JWTS)
@pytest.mark.rule("social.jwt_is_judged")
def test_forged_or_anonymous_id_token_is_refused(
    journey: Journey, control: EmulatorClient, operation: str, issuer: str, query: dict[str, str]
) -> None:
    now = int(journey.client.clock.now().timestamp())
    key, nameless = control.settings()["custom_jwt_key"], {"iss": issuer, "iat": now, "exp": now + 600}
    named = nameless | {"sub": "somebody"}
    for claims, signer, code in (
        (named, "another key", ErrorCode.JWT_INVALID),
        (nameless, key, ErrorCode.JWT_IDENTIFIER_MISSING),
    ):
        token = signed(claims, signer)
        journey.client.call(operation, query=query | {"id_Token": token}).must_be_refused(code)
    journey.client.call(operation, query=query | {"id_Token": signed(named, key)}).must_succeed()


@pytest.mark.parametrize("provider", ["facebook", "google"])
@pytest.mark.rule("social.one_person_keeps_one_account")
def test_repeated_social_login_uses_the_same_account(journey: Journey, provider: str) -> None:
    granted = journey.social.new_user(provider, email=journey.new_person().email)
    first = journey.profile(journey.social.log_in(provider, granted))
    again = journey.social.new_user(provider, id=granted["id"], email=journey.new_person().email)
    assert journey.profile(journey.social.log_in(provider, again))["Uid"] == first["Uid"]


@pytest.mark.parametrize("way", ["facebook", "myjwt"])
@pytest.mark.rule("social.untrusted_address_takes_nothing_over")
def test_unverified_provider_email_does_not_take_over_an_account(journey: Journey, person: Person, way: str) -> None:
    granted = journey.social.new_user(way, email=person.email, email_verified=False)
    with expect_error(*TAKEN):
        journey.social.log_in(way, granted)
    assert journey.accounts.read(person.uid)["Identities"] is None


@pytest.mark.rule("social.unverified_holder_is_not_joined")
def test_account_with_unverified_email_is_not_linked(journey: Journey) -> None:
    holder = journey.new_person()
    journey.register(holder)
    granted = journey.social.new_user("google", email=holder.email)
    with expect_error(ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED):
        journey.social.log_in("google", granted)
    assert journey.accounts.find(holder)["Identities"] is None


@pytest.mark.rule("social.trusted_address_joins_its_account")
def test_verified_email_links_the_social_profile(journey: Journey, person: Person) -> None:
    session = journey.social.log_in("google", journey.social.new_user("google", email=person.email))
    assert journey.profile(session)["Uid"] == person.uid


@pytest.mark.rule("social.linked_identity_shows_in_profile", "social.unlinked_identity_is_gone")
def test_social_profile_is_linked_and_unlinked(journey: Journey, person: Person, session: Session) -> None:
    granted = journey.social.new_user("facebook", email=journey.new_person().email)
    journey.social.link(session, journey.social.log_in("facebook", granted))
    assert journey.social.identities(session) == [("facebook", granted["id"])]
    assert journey.profile(journey.social.log_in("facebook", granted))["Uid"] == person.uid
    journey.social.unlink(session, "facebook", granted["id"])
    assert journey.social.identities(session) == []
    assert journey.profile(journey.social.log_in("facebook", granted))["Uid"] != person.uid


@pytest.mark.rule("social.linked_identity_shows_in_profile")
def test_legacy_linking_links_the_social_profile(journey: Journey, api: Client, session: Session) -> None:
    granted = journey.social.new_user("facebook")
    body = {"candidatetoken": journey.social.log_in("facebook", granted).token}
    api.call("authentication.link_social_identities_legacy", token=session.token, body=body).must_succeed()
    assert journey.social.identities(session) == [("facebook", granted["id"])]
    shown = api.call("authentication.get_social_identity", token=session.token).must_succeed().data
    assert [linked["ID"] for linked in shown["Identities"]] == [granted["id"]]


@pytest.mark.rule("social.ping_answers_a_session")
def test_device_without_callback_polls_for_the_social_login(journey: Journey) -> None:
    granted = journey.social.new_user("facebook", email=journey.new_person().email)
    session = journey.social.ping(granted)
    assert journey.social.identities(session) == [("facebook", granted["id"])]
    with expect_error(ErrorCode.CLIENT_GUID_ALREADY_USED):
        journey.social.ping(granted)


@pytest.mark.rule("social.link_by_client_guid")
def test_device_without_callback_links_a_profile(journey: Journey, session: Session) -> None:
    granted = journey.social.new_user("facebook")
    journey.social.link_by_ping(session, granted)
    assert journey.social.identities(session) == [("facebook", granted["id"])]


@pytest.mark.rule("social.link_mail_answers_a_uuid")
def test_unverified_provider_email_requires_verification(
    journey: Journey, api: Client, control: EmulatorClient
) -> None:
    person = journey.new_person()
    granted = journey.social.new_user("facebook", email=person.email, email_verified=False)
    with expect_error(ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED):
        journey.social.ping(granted)
    query, sent = {"clientguid": granted["client_guid"]}, len(control.outbox(to=person.email))
    answer = api.call("authentication.send_social_link_verification_email", query=query).must_succeed().data
    assert answer["UUID"]
    assert len(control.outbox(to=person.email)) == sent + 1
    journey.confirm_email(person)
    assert journey.profile(journey.social.ping(granted))["EmailVerified"] is True


@pytest.mark.rule("tokens.request_token_is_exchanged_once")
def test_request_token_is_exchanged_once(journey: Journey) -> None:
    granted = journey.social.new_user("facebook")
    session = journey.social.come_back(granted)
    assert journey.social.identities(session) == [("facebook", granted["id"])]
    for request_token in (granted["request_token"], "00000000-0000-4000-8000-000000000000"):
        with expect_error(ErrorCode.REQUEST_TOKEN_INVALID):
            journey.social.come_back({"request_token": request_token})


@pytest.mark.preset("default", request_token_seconds=900)
@pytest.mark.rule("tokens.request_token_expires")
def test_request_token_expires(journey: Journey) -> None:
    sooner, later = (journey.social.new_user("facebook") for _ in range(2))
    journey.let_time_pass(880)
    journey.social.come_back(sooner)
    journey.let_time_pass(30)
    with expect_error(ErrorCode.REQUEST_TOKEN_EXPIRED):
        journey.social.come_back(later)


@pytest.mark.rule("social.data_profile_is_the_tokens_own")
@pytest.mark.parametrize("operation", ["social_data.get_user_profile", "social.refresh_user_profile"])
def test_social_profile_belongs_to_the_token(journey: Journey, api: Client, operation: str) -> None:
    sessions = [
        journey.social.log_in("facebook", journey.social.new_user("facebook", profile={"FirstName": name}))
        for name in ("Ada", "Grace")
    ]
    shown = [api.call(operation, token=session.token).must_succeed().data["FirstName"] for session in sessions]
    assert shown == ["Ada", "Grace"]


@pytest.mark.rule("social.refreshed_profile_comes_from_provider")
def test_refresh_reads_changes_at_the_provider(journey: Journey, api: Client) -> None:
    granted = journey.social.new_user("facebook", profile={"FirstName": "Ada"})
    session = journey.social.log_in("facebook", granted)
    journey.social.new_user("facebook", id=granted["id"], profile={"FirstName": "Augusta"})
    api.call("social.refresh_user_profile", token=session.token).must_succeed()
    assert journey.profile(session)["FirstName"] == "Augusta"


def test_social_token_is_refreshed_at_the_provider(journey: Journey, api: Client) -> None:
    session = journey.social.log_in("facebook", journey.social.new_user("facebook"))
    renewed = api.call("social.refresh_access_token", token=session.token).must_succeed().data["access_token"]
    assert renewed != session.token
    assert journey.token_is_live(Session(token=renewed))


@pytest.mark.rule("social.trusted_address_is_verified")
def test_verified_provider_email_counts_as_verified(journey: Journey) -> None:
    address = journey.new_person().email
    session = journey.social.log_in("google", journey.social.new_user("google", email=address))
    profile = journey.profile(session)
    assert (profile["EmailVerified"], profile["UnverifiedEmail"]) == (True, None)


@pytest.mark.preset("social", automatic_linking=False)
@pytest.mark.rule("social.address_in_use_is_refused")
def test_registered_email_is_refused_without_automatic_linking(journey: Journey, person: Person) -> None:
    with expect_error(*TAKEN):
        journey.social.log_in("google", journey.social.new_user("google", email=person.email))
    assert journey.accounts.read(person.uid)["Identities"] is None


@pytest.mark.rule("social.data_calls_tell_unsupported")
def test_unsupported_provider_data_is_refused(journey: Journey, api: Client) -> None:
    session = journey.social.log_in("linkedin", journey.social.new_user("linkedin"))
    api.call("social_data.get_album", token=session.token).must_be_refused(ErrorCode.PROVIDER_ENDPOINT_NOT_SUPPORTED)


@pytest.mark.rule("social.provider_refusal_is_passed_on")
def test_provider_error_is_passed_on(journey: Journey) -> None:
    granted = journey.social.new_user("facebook", error="The session was ended by its person")
    query = {"fb_Access_Token": granted["access_token"]}
    reply = journey.client.call("native_social.by_facebook_access_token", query=query).must_be_refused(
        ErrorCode.PROVIDER_ERROR
    )
    envelope = error_envelope(reply.data) or {}
    assert envelope["ErrorCode"] == ErrorCode.PROVIDER_ERROR
    if "IsProviderError" in envelope:  # the short form, with three members, has no place for the text
        assert envelope["IsProviderError"] is True
        assert "The session was ended by its person" in json.dumps(reply.data)


@pytest.mark.rule("profile.identities_share_one_uid")
def test_linked_profiles_have_their_own_ids_and_one_uid(journey: Journey, person: Person, session: Session) -> None:
    for provider in ("facebook", "google"):
        granted = journey.social.new_user(provider)
        journey.social.link(session, journey.social.log_in(provider, granted))
    profile = journey.profile(session)
    assert len({linked["ID"] for linked in profile["Identities"]} | {profile["ID"]}) == 3
    assert profile["Uid"] == person.uid
