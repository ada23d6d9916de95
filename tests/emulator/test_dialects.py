"""A dialect changes the form of answers, never what they mean; each point by itself."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any, get_args

import httpx
import pytest

from loginradius_harness import contracts
from loginradius_harness.emulator.core import dialects, token_form
from loginradius_harness.emulator.core.settings.accounts import Dialect
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state.accounts import Account, Pin, SocialIdentity
from loginradius_harness.emulator.state.tenant import Tenant

from .conftest import Member, _request

Json = Any
Send = Callable[..., Json]


@pytest.fixture
def send(app: App, tenant: Tenant, loop: asyncio.AbstractEventLoop) -> Iterator[Send]:
    """Return `send(operation_id, ...)`: the body of the answer, whatever its contract says."""
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")

    def send(operation_id: str, **parts: Any) -> Json:
        request = _request(contracts.get(operation_id), tenant, **parts)
        return loop.run_until_complete(client.request(**request)).json()

    yield send
    loop.run_until_complete(client.aclose())


@pytest.fixture
def account(tenant: Tenant, person: Member) -> Account:
    """Return the person's account, with a PIN and a linked identity."""
    account = tenant.managed_account(person.uid)
    account.pin = Pin(hash="hash")
    account.identities = [SocialIdentity(id="0" * 32, provider="Facebook", provider_id="17")]
    return account


def speak(tenant: Tenant, *dialect: Any) -> None:
    tenant.settings.dialect = list(dialect)


def profile_in(send: Send, tenant: Tenant, account: Account, *dialect: str) -> Json:
    speak(tenant, *dialect)
    return send("account.get_account_profile_by_uid", path={"uid": account.uid})


def log_in(send: Send, person: Member) -> Json:
    return send("authentication.login_by_email", body={"email": person.email, "password": person.password})


def test_setting_names_every_point_and_age() -> None:
    assert {*dialects.POINTS, *dialects.AGES} == set(get_args(Dialect))


@pytest.mark.parametrize("age", dialects.AGES)
def test_age_is_made_of_points(age: str) -> None:
    assert set(dialects.AGES[age]) <= set(dialects.POINTS)


@pytest.mark.parametrize(
    ("point", "gone"),
    [
        ("no_disable_login", {"DisableLogin"}),
        ("no_password_breached", {"IsPasswordBreached"}),
        (
            "typed_members",
            {
                "Password",
                "ExternalUserLoginId",
                "RegistrationProvider",
                "RegistrationSource",
                "LoginLockedType",
                "LastLoginLocation",
                "LastPasswordChangeToken",
            },
        ),
    ],
)
def test_profile_lacks_members(send: Send, tenant: Tenant, account: Account, point: str, gone: set[str]) -> None:
    whole = profile_in(send, tenant, account)
    assert whole.keys() - profile_in(send, tenant, account, point).keys() == gone


@pytest.mark.parametrize(
    ("point", "added"),
    [
        ("sessions_limit", {"SessionsLimit"}),
        ("passkey_members", {"PasskeyLogin", "Organizations", "ObjectId"}),
    ],
)
def test_profile_has_further_members(send: Send, tenant: Tenant, account: Account, point: str, added: set[str]) -> None:
    whole = profile_in(send, tenant, account)
    assert profile_in(send, tenant, account, point).keys() - whole.keys() == added


@pytest.mark.parametrize(
    ("point", "told"),
    [
        ("null_last_login", (None, "0001-01-01T00:00:00")),
        ("utc_no_date", ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")),
    ],
)
def test_last_login_before_the_first_one(
    send: Send, tenant: Tenant, account: Account, point: str, told: tuple[str | None, str]
) -> None:
    profile = profile_in(send, tenant, account, point)
    assert (profile["LastLoginDate"], profile["Identities"][0]["LastLoginDate"]) == told


def test_dates_lose_the_zeros_at_their_end(send: Send, tenant: Tenant, account: Account) -> None:
    account.created, account.modified = 1_900_000_000.5, 1_900_000_000.0
    profile = profile_in(send, tenant, account, "trimmed_fractions")
    assert (profile["CreatedDate"], profile["ModifiedDate"]) == ("2030-03-17T17:46:40.5Z", "2030-03-17T17:46:40Z")


def test_pin_has_a_change_token(send: Send, tenant: Tenant, account: Account) -> None:
    assert profile_in(send, tenant, account, "pin_token")["PIN"]["LastPINChangeToken"] is None


def test_identities_have_uids_and_a_profile_date(send: Send, tenant: Tenant, account: Account) -> None:
    profile = profile_in(send, tenant, account, "identity_dates")
    identity = profile["Identities"][0]
    assert identity["PreviousUids"] is None
    assert identity["ProfileModifiedDate"] == identity["ModifiedDate"]


def test_texts_stand_where_samples_have_them(send: Send, tenant: Tenant, account: Account) -> None:
    account.previous_uids = ["old"]
    profile = profile_in(send, tenant, account, "text_members")
    assert (profile["PreviousUids"], profile["IsProtected"]) == ("old", "False")


def test_password_hash_has_another_form(send: Send, tenant: Tenant, account: Account) -> None:
    assert len(profile_in(send, tenant, account, "other_password_hashes")["Password"]) == 128


def test_encrypted_tokens_serve_as_the_tokens_that_they_stand_for(send: Send, tenant: Tenant, person: Member) -> None:
    speak(tenant, "encrypted_tokens")
    session = log_in(send, person)
    assert [session[name].count(".") for name in ("access_token", "refresh_token")] == [4, 4]
    assert send("authentication.get_profile", token=session["access_token"])["Uid"] == person.uid
    assert send("authentication.get_profile", query={"access_token": session["access_token"]})["Uid"] == person.uid
    query = {"refresh_Token": session["refresh_token"]}
    assert "access_token" in send("account.refresh_access_token_by_refresh_token", query=query)


def test_encrypted_token_in_a_body_is_read(send: Send, tenant: Tenant, person: Member) -> None:
    speak(tenant, "encrypted_tokens")
    token = log_in(send, person)["access_token"]
    body = {"access_token": token, "oldpassword": person.password, "newpassword": "another horse 8"}
    assert send("authentication.change_password", body=body) == {"IsPosted": True}


@pytest.mark.parametrize("text", ["", "a.b.c.d.e", "eyJhbGciOiJkaXIifQ..a.b.c", token_form.PREFIX])
def test_other_text_is_read_as_it_is(text: str) -> None:
    assert token_form.from_jwe(text) == text


def test_refusal_below_api_v2_is_camel_case(send: Send, tenant: Tenant) -> None:
    speak(tenant, "camel_case_refusals")
    refused = send("social.validate_access_token", token="nobody")
    assert set(refused) == {"errorCode", "message", "description"}
    assert "ErrorCode" in send("authentication.get_profile", token="nobody")


def test_refusal_carries_its_status_and_details(send: Send, tenant: Tenant) -> None:
    speak(tenant, "refusal_status")
    refused = send("authentication.get_profile", token="nobody")
    detail = {name: refused[name] for name in ("Description", "ErrorCode", "Message")}
    assert (refused["Code"], refused["ExtraInfo"]) == (403, [detail])


@pytest.mark.preset("mfa-optional")
def test_factors_are_those_of_the_newest_client(send: Send, tenant: Tenant, person: Member) -> None:
    token = tenant.sessions.open(tenant.managed_account(person.uid), tenant.settings).token
    before = send("mfa.get_settings", token=token)
    speak(tenant, "typed_factors")
    after = send("mfa.get_settings", token=token)
    assert before.keys() - after.keys() == {"IsSecurityQuestionEnabled"}
    assert after.keys() - before.keys() == {
        "PushQRCode",
        "DuoAuthEndpoint",
        "IsPushDeviceRegistered",
        "IsDuoAuthenticatorVerified",
        "IsPasskeyAuthenticatorVerified",
    }


def test_added_member_keeps_the_value_that_an_answer_has() -> None:
    factors = {"IsGoogleAuthenticatorVerified": False, "IsPasskeyAuthenticatorVerified": True}
    assert dialects.apply(factors, ["typed_factors"])["IsPasskeyAuthenticatorVerified"] is True


def test_deletion_and_server_time_have_further_members(send: Send, tenant: Tenant, person: Member) -> None:
    speak(tenant, "further_members")
    assert {"IP", "ForWardedIP"} <= send("configuration.get_server_time")["Sott"].keys()
    deleted = send("account.delete_account_by_uid", path={"uid": person.uid})
    assert deleted == {"IsDeleted": True, "RecordsDeleted": 1}


def test_active_sessions_hold_no_null(send: Send, tenant: Tenant, person: Member) -> None:
    token = log_in(send, person)["access_token"]
    speak(tenant, "session_texts")
    sessions = send("social.get_active_session", query={"token": token})
    assert sessions["nextCursor"] == 0
    assert None not in sessions["data"][0].values()


def test_what_a_tenant_stores_comes_back_as_it_was(send: Send, tenant: Tenant, person: Member) -> None:
    stored = {"at": "2030-01-02T03:04:05.000Z", "access_token": "0b1c2d3e-0000-0000-0000-000000000000"}
    speak(tenant, *dialects.POINTS)
    query = {"objectName": "customobject"}
    made = send("custom_object.create_by_uid", path={"uid": person.uid}, query=query, body=stored)
    assert made["CustomObject"] == stored


def test_selected_fields_stay_those_that_were_named(send: Send, tenant: Tenant, account: Account) -> None:
    speak(tenant, *dialects.POINTS)
    query = {"fields": "Uid,LastLoginDate"}
    found = send("account.get_account_profile_by_uid", path={"uid": account.uid}, query=query)
    assert set(found) == {"Uid", "LastLoginDate"}


def test_state_is_not_changed_by_a_dialect(send: Send, tenant: Tenant, account: Account) -> None:
    before = profile_in(send, tenant, account)
    profile_in(send, tenant, account, *dialects.POINTS)
    assert profile_in(send, tenant, account) == before


def test_default_dialect_leaves_an_answer_as_it_is() -> None:
    answer = {"Uid": "1"}
    assert dialects.apply(answer, []) is answer


@pytest.mark.parametrize(("header", "status"), [("XMLHttpRequest", 200), ("xmlhttprequest", 200), ("fetch", 403)])
def test_refusal_of_a_browser_script_has_status_200(
    app: App, tenant: Tenant, loop: asyncio.AbstractEventLoop, header: str, status: int
) -> None:
    """product-facts.md#errors."""
    request = _request(
        contracts.get("authentication.get_profile"), tenant, token="nobody", headers={"X-Requested-With": header}
    )

    async def answer() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            return await client.request(**request)

    response = loop.run_until_complete(answer())
    assert (response.status_code, response.json()["ErrorCode"]) == (status, 905)


def delivered(send: Send, tenant: Tenant, person: Member, *dialect: str) -> Json:
    """Return the body of the delivery that a log-in sets off."""
    tenant.settings.dialect = []
    send("webhook.create_subscription", body={"Event": "Login", "TargetUrl": "https://hooks.example.com/feed"})
    speak(tenant, *dialect)
    log_in(send, person)
    return json.loads(tenant.webhooks.deliveries[-1].body)


def test_delivery_has_recorded_forms(send: Send, tenant: Tenant, person: Member) -> None:
    body = delivered(send, tenant, person, "delivery_forms")
    assert [len(part) for part in body["HookId"].split("-")] == [8, 4, 4, 4, 12]
    assert len(body["Time"]) == len("2030-01-02T03:04:05.678Z")
    assert body["Data"]["LoginLockedType"] == 0


def test_delivery_has_the_members_of_2019(send: Send, tenant: Tenant, person: Member) -> None:
    body = delivered(send, tenant, person, "delivery_consents")
    assert (body["Data"]["Consents"], body["Data"]["LastAcceptedConsentVersion"]) == (None, None)


@pytest.mark.preset("default", deleted_objects_listed=True)
def test_deleted_objects_may_stay_in_the_list(send: Send, person: Member) -> None:
    """product-facts.md#roles-and-records."""
    query, path = {"objectName": "customobject"}, {"uid": person.uid}
    record = send("custom_object.create_by_uid", path=path, query=query, body={"n": 1})["Id"]
    place = {**path, "object_record_id": record}
    assert send("custom_object.delete_by_record_id_and_uid", path=place, query=query) == {"IsDeleted": True}
    listed = send("custom_object.list_by_uid", path=path, query=query)
    assert (listed["Count"], [one["IsDeleted"] for one in listed["data"]]) == (1, [True])
    assert "ErrorCode" in send("custom_object.get_by_record_id_and_uid", path=place, query=query)
