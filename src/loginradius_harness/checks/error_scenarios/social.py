"""Social logins that meet an account with the provider's address (product-facts.md#social-login)."""

import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

from loginradius_harness.checks.error_scenarios import error_scenario, operations_matching
from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.people import Person

Json = Any

MAILING = operations_matching("authentication.send_social_link_verification_email")
LOG_INS = operations_matching("native_social.* social.exchange_access_token authentication.get_profile_by_ping")


def as_owner_of(prepared: PreparedRequest, address: str, **about: Any) -> dict[str, Json]:
    """Return the request with what the provider grants to a user with this address."""
    table: dict[Json, Json] = {}
    granted: dict[str, Json] = {}
    for name in prepared.names:
        topic, _, rest = name.partition(".")
        provider, _, member = rest.partition(".") if topic == "provider" else ("facebook", "", "client_guid")
        if not granted:
            granted = prepared.tenant.journey.social.new_user(provider, email=address, **about)
        table[prepared.preconditions.value(name)] = granted[member]
    return prepared.replacing(table)


@error_scenario(ErrorCode.ACCOUNT_BLOCKED, "account blocked", where=LOG_INS)
def account_blocked(prepared: PreparedRequest) -> dict[str, Json]:
    """Use the address of a blocked account."""
    return _meeting(prepared, IsActive=False)


@error_scenario(ErrorCode.ACCOUNT_LOGIN_DISABLED, "login disabled", where=LOG_INS)
def login_disabled(prepared: PreparedRequest) -> dict[str, Json]:
    """Use the address of an account whose login is disabled."""
    return _meeting(prepared, DisableLogin=True)


def _meeting(prepared: PreparedRequest, **changes: Json) -> dict[str, Json]:
    person = prepared.preconditions.value("person")
    prepared.tenant.journey.accounts.update(person.uid, **changes)
    return as_owner_of(prepared, person.email)


@error_scenario(ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED, "address unverified", where=LOG_INS)
def address_unverified(prepared: PreparedRequest) -> dict[str, Json]:
    """Use a new address that the provider has not verified."""
    return as_owner_of(prepared, prepared.preconditions.value("fresh.email"), email_verified=False)


@error_scenario(
    ErrorCode.SOCIAL_LOGIN_EMAIL_ALREADY_REGISTERED,
    "no automatic linking",
    where=LOG_INS,
    after={"automatic_linking": False},
)
@error_scenario(
    ErrorCode.ACCOUNT_LINKING_DISABLED, "no linking of accounts", where=LOG_INS, after={"account_linking": False}
)
def address_of_an_account(prepared: PreparedRequest) -> dict[str, Json]:
    """Use the address of an account."""
    return as_owner_of(prepared, prepared.preconditions.value("person").email)


@error_scenario(ErrorCode.SOCIAL_LOGIN_EMAIL_OF_ANOTHER_ACCOUNT, "address of another", where=LOG_INS)
def address_of_another(prepared: PreparedRequest) -> dict[str, Json]:
    """Use the address of an account that the provider has not verified."""
    return as_owner_of(prepared, prepared.preconditions.value("person").email, email_verified=False)


@error_scenario(ErrorCode.SESSION_LIMIT_EXCEEDED, "sessions used up", where=LOG_INS)
def sessions_used_up(prepared: PreparedRequest) -> dict[str, Json]:
    """Open the only session that the tenant allows first."""
    prepared.preconditions.value("session")
    prepared.change_settings({"session_limit": 1})
    return as_owner_of(prepared, prepared.preconditions.value("person").email)


@error_scenario(ErrorCode.EMAIL_NOT_ALLOWED, "address not allowed", where=LOG_INS)
def address_not_allowed(prepared: PreparedRequest) -> dict[str, Json]:
    """Block the address of the provider's user."""
    address = prepared.preconditions.value("fresh.email")
    prepared.change_settings({"blocked_email_domains": [address]})
    return as_owner_of(prepared, address)


@error_scenario(ErrorCode.PROVIDER_ERROR, "provider says no", where=LOG_INS)
def provider_says_no(prepared: PreparedRequest) -> dict[str, Json]:
    """Let the provider return an error."""
    return as_owner_of(prepared, prepared.preconditions.value("fresh.email"), error="service unavailable")


DATA = operations_matching("social_data.* social.refresh_user_profile")


@error_scenario(
    ErrorCode.PROVIDER_ENDPOINT_NOT_SUPPORTED, "session of no provider", where=operations_matching("social_data.*")
)
def session_of_no_provider(prepared: PreparedRequest) -> dict[str, Json]:
    """Use a session that began with a password."""
    return {"token": prepared.tenant.journey.accounts.log_in(prepared.preconditions.value("person")).token}


@error_scenario(ErrorCode.PROVIDER_ERROR, "provider says no", where=DATA)
def provider_says_no_later(prepared: PreparedRequest) -> None:
    """Let the provider refuse the user after the login."""
    profile = prepared.preconditions.client.call(
        "authentication.get_profile", token=prepared.preconditions.value("token")
    ).must_succeed()
    for identity in profile.data["Identities"]:
        prepared.tenant.journey.social.new_user(identity["Provider"], id=identity["ID"], error="account closed")


@error_scenario(
    ErrorCode.PROVIDER_ENDPOINT_NOT_SUPPORTED,
    "session of another provider",
    where=operations_matching("social.refresh_access_token"),
)
def session_of_another_provider(prepared: PreparedRequest) -> dict[str, Json]:
    """Use a session of a provider that cannot refresh it."""
    social = prepared.tenant.journey.social
    granted = social.new_user("vkontakte", email=prepared.preconditions.value("fresh.email"))
    return {"token": social.log_in("vkontakte", granted).token}


@error_scenario(
    ErrorCode.PROVIDER_ERROR, "provider says no", where=operations_matching("authentication.link_social_identities*")
)
def provider_says_no_to_the_link(prepared: PreparedRequest) -> dict[str, Json]:
    """Close the profile at the provider after the login."""
    social = prepared.tenant.journey.social
    granted = social.new_user("facebook", email=prepared.preconditions.value("fresh.email"))
    changes = _linking(prepared, granted, social.log_in("facebook", granted).token)
    social.new_user("facebook", id=granted["id"], error="account closed")
    return changes


@error_scenario(ErrorCode.ACCOUNT_NOT_LINKABLE, "linked to another")
def linked_to_another(prepared: PreparedRequest) -> dict[str, Json]:
    """Use a profile linked to another account, which has a password too."""
    return _linked_by(prepared, prepared.preconditions.value("other"))


@error_scenario(ErrorCode.ACCOUNT_ALREADY_LINKED, "linked already")
def linked_already(prepared: PreparedRequest) -> dict[str, Json]:
    """Use a profile linked to the same account."""
    return _linked_by(prepared, prepared.preconditions.value("person"))


def _linked_by(prepared: PreparedRequest, person: Person) -> dict[str, Json]:
    social = prepared.tenant.journey.social
    granted = social.new_user("facebook", email=person.email)
    return _linking(prepared, granted, social.log_in("facebook", granted).token)


def _linking(prepared: PreparedRequest, granted: Json, token: str) -> dict[str, Json]:
    """Return the request to link the granted profile, by its client GUID or by the token of its login."""
    guid = "candidate.client_guid"
    if guid in prepared.names:
        return prepared.replacing({prepared.preconditions.value(guid): granted["client_guid"]})
    return prepared.replacing({prepared.preconditions.value("candidate.token"): token})


@error_scenario(ErrorCode.CLIENT_GUID_ALREADY_USED, "client GUID used", where=MAILING)
def client_guid_used(prepared: PreparedRequest) -> None:
    """Link the login of the client GUID to an account first."""
    token = prepared.tenant.journey.accounts.log_in(prepared.preconditions.value("person")).token
    body = {"clientGuid": prepared.preconditions.value("unverified_social.client_guid")}
    operation = "authentication.link_social_identities_by_ping"
    prepared.preconditions.client.call(operation, token=token, body=body).must_succeed()


@error_scenario(ErrorCode.ACCOUNT_BLOCKED, "account blocked", where=MAILING)
def new_account_blocked(prepared: PreparedRequest) -> dict[str, Json]:
    """Block the account that the first mail created, before the second mail."""
    address = prepared.preconditions.value("fresh.email")
    changes = as_owner_of(prepared, address, email_verified=False)
    prepared.send(**changes)
    found = prepared.preconditions.client.call(
        "account.get_account_profile_by_email", query={"email": address}
    ).must_succeed()
    prepared.tenant.journey.accounts.update(found.data["Uid"], IsActive=False)
    return changes


@error_scenario(ErrorCode.EMAIL_ALREADY_VERIFIED, "address vouched for", where=MAILING)
def address_vouched_for(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an address that the provider has verified."""
    return as_owner_of(prepared, prepared.preconditions.value("fresh.email"))


UNLINKING = operations_matching("authentication.unlink_social_identities")


@error_scenario(ErrorCode.PROVIDER_NOT_UNLINKABLE, "no social profile", where=UNLINKING)
def no_social_profile(prepared: PreparedRequest) -> dict[str, Json]:
    """Name the e-mail profile."""
    return prepared.overriding("body", provider="email")


@error_scenario(ErrorCode.PROVIDER_OR_PROVIDER_ID_INVALID, "profile unknown", where=UNLINKING)
def profile_unknown(prepared: PreparedRequest) -> dict[str, Json]:
    """Name a profile id that the account does not have."""
    return prepared.overriding("body", providerid="12345")


@error_scenario(ErrorCode.PROFILE_NOT_UNLINKABLE_FROM_ITSELF, "the account's own profile", where=UNLINKING)
def own_profile(prepared: PreparedRequest) -> dict[str, Json]:
    """Unlink the profile that the account was created by."""
    granted = prepared.tenant.journey.social.new_user("facebook", email=prepared.preconditions.value("fresh.email"))
    token = prepared.tenant.journey.social.log_in("facebook", granted).token
    return {"token": token, "body": {"provider": "facebook", "providerid": granted["id"]}}


@error_scenario(ErrorCode.PAGE_ID_INVALID, "page unknown")
def page_unknown(prepared: PreparedRequest) -> dict[str, Json]:
    """Name a page that the provider does not have."""
    return prepared.overriding("query", pageName="no-such-page")


@error_scenario(ErrorCode.NO_MORE_RECORDS, "past the end")
def past_the_end(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a cursor greater than the number of items."""
    return prepared.overriding("query", nextCursor=999)


@error_scenario(ErrorCode.STATUS_ID_INVALID, "status unknown")
def status_unknown(prepared: PreparedRequest) -> dict[str, Json]:
    """Name a status that was not posted as trackable."""
    return prepared.overriding("query", postid="0" * 24)


@error_scenario(ErrorCode.JWT_INVALID, "signed by another")
def signed_by_another(prepared: PreparedRequest) -> dict[str, Json]:
    """Send an id token signed with another key."""
    return _with_jwt(prepared, "another key", sub="1")


@error_scenario(ErrorCode.JWT_IDENTIFIER_MISSING, "no unique identifier")
def no_unique_identifier(prepared: PreparedRequest) -> dict[str, Json]:
    """Send an id token without `sub`."""
    return _with_jwt(prepared, prepared.preconditions.emulator_setting("custom_jwt_key", "the key of id tokens"))


def _with_jwt(prepared: PreparedRequest, key: str, **claims: Json) -> dict[str, Json]:
    head, body = (_base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    signature = _base64(hmac.digest(key.encode(), f"{head}.{body}".encode(), "sha256"))
    return prepared.overriding("query", id_Token=f"{head}.{body}.{signature}")


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
