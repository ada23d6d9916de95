"""Linking, unlinking, and log-ins without callback (product-facts.md#social-login)."""

from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.social_provider import Script
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member
from tests.emulator.login_helpers import Last, token_of

PING, LINK, UNLINK = (
    f"authentication.{name}" for name in ("get_profile_by_ping", "link_social_identities", "unlink_social_identities")
)
LINK_BY_PING = "authentication.link_social_identities_by_ping"
SEND = "authentication.send_social_link_verification_email"
FACE = "face@example.com"


@pytest.fixture
def token(ask: Ask, person: Member) -> str:
    """Return an access token of the person."""
    return token_of(ask, person)


def somebody(tenant: Tenant, provider: str = "facebook", **about: Any) -> dict[str, str]:
    """Somebody at a provider, and what the provider hands out."""
    script = Script(provider=provider, **{"email": FACE, **about})
    return tenant.provider.hand_out(tenant.provider.script(script), script.client_guid)


def candidate(ask: Ask, granted: dict[str, str]) -> str:
    """Return the tenant's token for a log-in with Facebook."""
    query = {"fb_Access_Token": granted["access_token"]}
    token: str = ask("native_social.by_facebook_access_token", query=query).data["access_token"]
    return token


def identities(ask: Ask, token: str) -> list[tuple[str, str]]:
    """Return provider and provider's id of the linked profiles."""
    profile = ask("authentication.get_social_identity", token=token).data
    return [(linked["Provider"], linked["ID"]) for linked in profile["Identities"] or ()]


def ping(ask: Ask, client_guid: str) -> Answer:
    """Ask whether the social log-in is done."""
    return ask(PING, query={"clientGuid": client_guid})


def test_waiting_device_gets_its_login_once(ask: Ask, tenant: Tenant) -> None:
    client_guid = somebody(tenant, client_guid="device-1")["client_guid"]
    assert ping(ask, client_guid).data["Profile"]["Email"][0]["Value"] == FACE
    assert ping(ask, client_guid).code == ErrorCode.CLIENT_GUID_ALREADY_USED


def test_unknown_or_run_out_client_guid_is_refused(ask: Ask, tenant: Tenant) -> None:
    client_guid = somebody(tenant)["client_guid"]
    tenant.clock.advance(tenant.settings.request_token_seconds + 1)
    assert [ping(ask, guid).code for guid in ("unknown", client_guid)] == [
        ErrorCode.CLIENT_GUID_INVALID,
        ErrorCode.CLIENT_GUID_INVALID,
    ]


@pytest.mark.preset("default", no_callback_social=False)
def test_login_without_callback_may_be_off(ask: Ask, tenant: Tenant) -> None:
    assert ping(ask, somebody(tenant)["client_guid"]).code == ErrorCode.SOCIAL_LOGIN_WITHOUT_CALLBACK_DISABLED


def test_candidate_of_its_own_goes_up_in_the_account(ask: Ask, tenant: Tenant, token: str) -> None:
    granted = somebody(tenant)
    second = candidate(ask, granted)
    assert ask(LINK, body={"candidatetoken": second}, token=token).data == {"IsPosted": True}
    assert identities(ask, token) == [("facebook", granted["id"])]
    assert ask("authentication.validate_access_token", token=second).code == ErrorCode.ACCESS_TOKEN_INVALID
    assert candidate(ask, granted)


def test_old_verb_links_as_well(ask: Ask, tenant: Tenant, token: str) -> None:
    second = candidate(ask, somebody(tenant))
    legacy = "authentication.link_social_identities_legacy"
    assert ask(legacy, body={"candidatetoken": second}, token=token).status == 200


def test_profile_is_linked_once(ask: Ask, tenant: Tenant, token: str) -> None:
    granted = somebody(tenant)
    ask(LINK, body={"candidatetoken": candidate(ask, granted)}, token=token)
    assert (
        ask(LINK, body={"candidatetoken": candidate(ask, granted)}, token=token).code
        == ErrorCode.ACCOUNT_ALREADY_LINKED
    )


def test_candidate_must_come_from_a_provider(ask: Ask, token: str) -> None:
    assert ask(LINK, body={"candidatetoken": token}, token=token).code == ErrorCode.ACCOUNT_NOT_LINKABLE
    assert ask(LINK, body={"candidatetoken": "unknown"}, token=token).code == ErrorCode.ACCESS_TOKEN_INVALID


def test_profile_of_an_account_with_a_password_stays_there(ask: Ask, tenant: Tenant, token: str) -> None:
    second = candidate(ask, somebody(tenant))
    other = tenant.accounts.by_email(FACE)
    assert other is not None
    other.password = "Rfc2898DeriveBytes$1$AA==$AA=="  # some hash
    assert ask(LINK, body={"candidatetoken": second}, token=token).code == ErrorCode.ACCOUNT_NOT_LINKABLE


@pytest.mark.preset("default", account_linking=False)
def test_linking_may_be_off(ask: Ask, tenant: Tenant, token: str) -> None:
    granted = somebody(tenant)
    assert (
        ask(LINK, body={"candidatetoken": candidate(ask, granted)}, token=token).code
        == ErrorCode.ACCOUNT_LINKING_DISABLED
    )
    assert (
        ask(LINK_BY_PING, body={"clientGuid": granted["client_guid"]}, token=token).code
        == ErrorCode.ACCOUNT_LINKING_DISABLED
    )


def test_waiting_login_is_linked(ask: Ask, tenant: Tenant, token: str) -> None:
    granted = somebody(tenant, "google")
    assert ask(LINK_BY_PING, body={"clientGuid": granted["client_guid"]}, token=token).data == {"IsPosted": True}
    assert identities(ask, token) == [("google", granted["id"])]


def test_unlinked_profile_is_gone(ask: Ask, tenant: Tenant, token: str) -> None:
    granted = somebody(tenant)
    ask(LINK_BY_PING, body={"clientGuid": granted["client_guid"]}, token=token)
    sent = {"provider": "Facebook", "providerid": granted["id"]}
    assert ask(UNLINK, body=sent, token=token).data == {"IsDeleted": True}
    assert identities(ask, token) == []
    assert ask(UNLINK, body=sent, token=token).code == ErrorCode.PROVIDER_OR_PROVIDER_ID_INVALID


def test_profile_that_the_account_came_with_stays(ask: Ask, tenant: Tenant) -> None:
    granted = somebody(tenant)
    sent = {"provider": "facebook", "providerid": granted["id"]}
    assert ask(UNLINK, body=sent, token=candidate(ask, granted)).code == ErrorCode.PROFILE_NOT_UNLINKABLE_FROM_ITSELF


def test_address_is_no_social_profile(ask: Ask, token: str) -> None:
    assert (
        ask(UNLINK, body={"provider": "Email", "providerid": "1"}, token=token).code
        == ErrorCode.PROVIDER_NOT_UNLINKABLE
    )


def test_unverified_social_address_is_mailed_and_then_let_in(ask: Ask, tenant: Tenant, last: Last) -> None:
    client_guid = somebody(tenant, email_verified=False)["client_guid"]
    assert ping(ask, client_guid).code == ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED
    assert ask(SEND, query={"clientguid": client_guid}).data["IsPosted"] is True
    ask("authentication.verify_email", query={"verificationToken": last("emailverification", FACE).token})
    assert ping(ask, client_guid).status == 200


def test_mail_needs_an_unverified_account(ask: Ask, token: str) -> None:
    assert ask(SEND).code == ErrorCode.ACCESS_TOKEN_MISSING
    assert ask(SEND, token=token).code == ErrorCode.EMAIL_ALREADY_VERIFIED
