"""Native social login: whose account a provider profile belongs to, and what the provider must vouch for."""

from collections.abc import Callable
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core import jwt
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member

ProviderUser = Callable[..., dict[str, str]]
EMAIL = "ada@example.com"

BY_TOKEN = {
    "by_facebook_access_token": ("facebook", "fb_Access_Token"),
    "by_foursquare_access_token": ("foursquare", "fs_Access_Token"),
    "by_google_access_token": ("google", "google_Access_Token"),
    "by_linkedin_access_token": ("linkedin", "ln_Access_Token"),
    "by_vkontakte_token": ("vkontakte", "vk_access_token"),
}
BY_CODE = {
    "by_apple_id_code": ("apple", "code"),
    "by_google_auth_code": ("google", "google_authcode"),
    "by_wechat_code": ("wechat", "code"),
}


def _facebook(ask: Ask, credentials: dict[str, str]) -> Answer:
    return ask("native_social.by_facebook_access_token", query={"fb_Access_Token": credentials["access_token"]})


def _profile(ask: Ask, answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer
    return dict(ask("social_data.get_user_profile", token=answer.data["access_token"]).data)


@pytest.mark.parametrize(("operation", "provider", "name"), [(key, *value) for key, value in BY_TOKEN.items()])
def test_access_token_of_each_provider_logs_in(
    ask: Ask, provider_user: ProviderUser, operation: str, provider: str, name: str
) -> None:
    query = {name: provider_user(provider)["access_token"]}
    assert _profile(ask, ask(f"native_social.{operation}", query=query))["Provider"] == provider


@pytest.mark.parametrize(("operation", "provider", "name"), [(key, *value) for key, value in BY_CODE.items()])
def test_code_logs_in_once(ask: Ask, provider_user: ProviderUser, operation: str, provider: str, name: str) -> None:
    query = {name: provider_user(provider)["code"]}
    assert _profile(ask, ask(f"native_social.{operation}", query=query))["Provider"] == provider
    assert ask(f"native_social.{operation}", query=query).code == ErrorCode.PROVIDER_ERROR


def test_twitter_token_needs_its_own_secret(ask: Ask, provider_user: ProviderUser) -> None:
    mine, other = provider_user("twitter"), provider_user("twitter")
    query = {"tw_Access_Token": mine["access_token"], "tw_Token_Secret": other["token_secret"]}
    assert ask("native_social.by_twitter_access_token", query=query).code == ErrorCode.PROVIDER_ERROR
    assert (
        ask("native_social.by_twitter_access_token", query={"tw_Access_Token": "x"}).code
        == ErrorCode.PROVIDER_TOKEN_SECRET_MISSING
    )
    query["tw_Token_Secret"] = mine["token_secret"]
    assert _profile(ask, ask("native_social.by_twitter_access_token", query=query))["Provider"] == "twitter"


def test_missing_provider_token_is_refused(ask: Ask) -> None:
    assert ask("native_social.by_facebook_access_token").code == ErrorCode.PROVIDER_ACCESS_TOKEN_MISSING


def test_token_of_another_provider_is_refused_in_the_providers_words(ask: Ask, provider_user: ProviderUser) -> None:
    answer = _facebook(ask, provider_user("google"))
    assert (answer.code, answer.data["IsProviderError"]) == (ErrorCode.PROVIDER_ERROR, True)
    assert "invalid_token" in answer.data["ProviderErrorResponse"]


def test_provider_that_says_no_is_quoted(ask: Ask, provider_user: ProviderUser) -> None:
    answer = _facebook(ask, provider_user("facebook", error="user_denied"))
    assert (answer.code, answer.data["ProviderErrorResponse"]) == (ErrorCode.PROVIDER_ERROR, "user_denied")


@pytest.mark.preset("default", social_providers=["google"])
def test_provider_that_the_tenant_does_not_use_is_refused(ask: Ask, provider_user: ProviderUser) -> None:
    assert _facebook(ask, provider_user("facebook")).code == ErrorCode.PROVIDER_NOT_CONFIGURED


def test_new_person_starts_with_what_the_provider_tells(ask: Ask, provider_user: ProviderUser) -> None:
    answer = provider_user("facebook", email=EMAIL, profile={"FirstName": "Ada", "Gender": "F"})
    profile = _profile(ask, _facebook(ask, answer))
    assert (profile["FirstName"], profile["Gender"], profile["EmailVerified"]) == ("Ada", "F", True)
    assert profile["Email"] == [{"Type": "Primary", "Value": EMAIL}]
    assert [identity["ID"] for identity in profile["Identities"]] == [answer["id"]]


def test_second_login_is_the_same_person(ask: Ask, provider_user: ProviderUser) -> None:
    first = _profile(ask, _facebook(ask, provider_user("facebook", id="7")))
    second = _profile(ask, _facebook(ask, provider_user("facebook", id="7")))
    assert first["Uid"] == second["Uid"]
    assert second["NoOfLogins"] == 2


def test_verified_address_leads_to_its_account(ask: Ask, provider_user: ProviderUser, person: Member) -> None:
    profile = _profile(ask, _facebook(ask, provider_user("facebook", email=person.email)))
    assert profile["Uid"] == person.uid
    assert [identity["Provider"] for identity in profile["Identities"]] == ["facebook"]


@pytest.mark.parametrize(
    ("settings", "options", "code"),
    [
        ({"account_linking": False}, {}, ErrorCode.ACCOUNT_LINKING_DISABLED),
        ({"automatic_linking": False}, {}, ErrorCode.SOCIAL_LOGIN_EMAIL_ALREADY_REGISTERED),
        ({}, {"email_verified": False}, ErrorCode.SOCIAL_LOGIN_EMAIL_OF_ANOTHER_ACCOUNT),
    ],
    ids=["linking off", "automatic linking off", "provider does not vouch"],
)
def test_account_with_the_address_is_not_taken_over(  # noqa: PLR0913, PLR0917  # three fixtures and a table row
    ask: Ask,
    tenant: Tenant,
    provider_user: ProviderUser,
    person: Member,
    settings: dict[str, bool],
    options: dict[str, Any],
    code: int,
) -> None:
    for name, value in settings.items():
        setattr(tenant.settings, name, value)
    assert _facebook(ask, provider_user("facebook", email=person.email, **options)).code == code
    assert not tenant.managed_account(person.uid).identities


def test_account_whose_address_is_unverified_is_not_taken_over(
    ask: Ask, tenant: Tenant, provider_user: ProviderUser, person: Member
) -> None:
    tenant.managed_account(person.uid).emails[0].verified = False
    assert (
        _facebook(ask, provider_user("facebook", email=person.email)).code == ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED
    )


def test_address_without_the_providers_word_must_be_verified_first(
    ask: Ask, provider_user: ProviderUser, last: Callable[..., Any]
) -> None:
    answer = provider_user("facebook", email=EMAIL, email_verified=False)
    assert _facebook(ask, answer).code == ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED
    assert last("emailverification", EMAIL).token is not None


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"social_registration": False}, ErrorCode.SOCIAL_REGISTRATION_DISABLED),
        ({"registration_disabled": True}, ErrorCode.REGISTRATION_DISABLED),
    ],
)
def test_unknown_user_is_refused_where_registration_is_off(
    ask: Ask, tenant: Tenant, provider_user: ProviderUser, settings: dict[str, bool], code: int
) -> None:
    for name, value in settings.items():
        setattr(tenant.settings, name, value)
    assert _facebook(ask, provider_user("facebook", email=EMAIL)).code == code
    assert len(tenant.accounts) == 0


def test_blocked_person_is_refused(ask: Ask, tenant: Tenant, provider_user: ProviderUser) -> None:
    answer = provider_user("facebook")
    _facebook(ask, answer)
    account = tenant.accounts.by_provider("facebook", answer["id"])
    assert account is not None
    account.active = False
    assert _facebook(ask, answer).code == ErrorCode.ACCOUNT_BLOCKED


def _google(ask: Ask, token: str) -> Answer:
    return ask("native_social.by_google_jwt", query={"id_Token": token})


def _custom(ask: Ask, token: str) -> Answer:
    return ask("native_social.by_custom_jwt", query={"id_Token": token, "providername": "myjwt"})


def test_id_token_of_google_logs_in(ask: Ask, provider_user: ProviderUser) -> None:
    assert _profile(ask, _google(ask, provider_user("google")["id_token"]))["Provider"] == "google"


def test_own_id_token_needs_no_script(ask: Ask, tenant: Tenant) -> None:
    claims = {"sub": "42", "email": EMAIL, "given_name": "Ada"}
    profile = _profile(ask, _custom(ask, jwt.sign(claims, jwt.SharedKey(tenant.settings.custom_jwt_key))))
    assert (profile["FirstName"], profile["Email"]) == ("Ada", [{"Type": "Primary", "Value": EMAIL}])


@pytest.mark.parametrize("claims", [{"email": 7, "given_name": ["a"]}, {"email": "no address"}])
def test_claims_that_make_no_sense_are_not_kept(ask: Ask, tenant: Tenant, claims: dict[str, Any]) -> None:
    token = jwt.sign({"sub": "42", **claims}, jwt.SharedKey(tenant.settings.custom_jwt_key))
    assert _profile(ask, _custom(ask, token))["Email"] is None


def test_id_token_without_subject_is_refused(ask: Ask, tenant: Tenant) -> None:
    assert (
        _custom(ask, jwt.sign({"email": EMAIL}, jwt.SharedKey(tenant.settings.custom_jwt_key))).code
        == ErrorCode.JWT_IDENTIFIER_MISSING
    )


def test_id_token_with_another_key_is_refused(ask: Ask) -> None:
    assert _custom(ask, jwt.sign({"sub": "42"}, jwt.SharedKey("another key"))).code == ErrorCode.JWT_INVALID


def test_id_token_of_another_provider_is_refused(ask: Ask, provider_user: ProviderUser) -> None:
    assert _google(ask, provider_user("myjwt")["id_token"]).code == ErrorCode.JWT_INVALID


def test_expired_id_token_is_refused(ask: Ask, tenant: Tenant, provider_user: ProviderUser) -> None:
    token = provider_user("google")["id_token"]
    tenant.clock.advance(3_600)
    assert _google(ask, token).code == ErrorCode.JWT_INVALID


def test_jwt_of_an_unknown_provider_is_refused(ask: Ask) -> None:
    query = {"id_Token": "x", "providername": "theirs"}
    assert ask("native_social.by_custom_jwt", query=query).code == ErrorCode.PROVIDER_NOT_CONFIGURED


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "a.b.c",
        "é.é.é",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiI0MiJ9.",  # alg none
        jwt.sign({"sub": "42"}, jwt.SharedKey("key")).replace("e", "f", 1),
    ],
)
def test_malformed_token_is_no_token(token: str) -> None:
    assert jwt.read(token, jwt.SharedKey("key")) is None


def test_published_token_is_read_and_written_alike() -> None:
    # The example of jwt.io, signed with "your-256-bit-secret".
    claims = {"sub": "1234567890", "name": "John Doe", "iat": 1516239022}
    token = (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
        ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
        ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
    )
    assert jwt.sign(claims, jwt.SharedKey("your-256-bit-secret")) == token
    assert jwt.read(token, jwt.SharedKey("your-256-bit-secret")) == claims
