"""Answers as the product was seen to give them fit the contracts (product-facts.md).

Each test takes a valid answer of the contract and changes it to what a recording, a release note or a typed model of a
client shows. A strict run must not find fault with it.
"""

from copy import deepcopy
from typing import Any

import pytest

from evaluation.contract_mutation.samples import samples
from loginradius_harness import contracts
from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.codes import ErrorCode

Json = Any

GUID = "a0b1c2d3-e4f5-4a0b-91c2-d3e4f5a0b1c2"
JWE = "eyJhbGciOiJSU0EtT0FFUCJ9.kZ0a.x1Yz.Qw3r.t5Yu"
PROFILE = "authentication.get_profile"
LEFT_OUT_BY_NEWEST_MODEL = (
    "Password", "ExternalUserLoginId", "RegistrationProvider", "RegistrationSource", "LoginLockedType",
    "LastLoginLocation", "LastPasswordChangeToken",
)  # fmt: skip


def answer(operation_id: str, number: int = 0) -> Json:
    """Return a valid answer of an operation; `number` chooses among the alternatives of its schema."""
    schema = contracts.get(operation_id).responses[200]
    return deepcopy(list(samples(schema, reference_data.shared_schemas()))[number].value)


def changed(value: Json, changes: dict[str, Json]) -> Json:
    """Set members of an answer; a name with slashes leads to a member below."""
    for path, member in changes.items():
        *way, name = path.split("/")
        place = value
        for step in way:
            place = place[int(step)] if step.isdigit() else place[step]
        place[name] = member
    return value


def findings(operation_id: str, value: Json, status: int = 200) -> list[str]:
    return [str(violation) for violation in contracts.get(operation_id).check(status, value)]


def fits(operation_id: str, **changes: Json) -> bool:
    return findings(operation_id, changed(answer(operation_id), changes)) == []


@pytest.mark.parametrize("name", ["DisableLogin", "IsPasswordBreached", *LEFT_OUT_BY_NEWEST_MODEL])
def test_profile_may_lack_a_member_that_recordings_or_the_newest_model_lack(name: str) -> None:
    profile = answer(PROFILE)
    del profile[name]
    assert findings(PROFILE, profile) == []


@pytest.mark.parametrize("date", [None, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00"])
def test_last_login_before_the_first_is_no_date(date: str | None) -> None:
    assert fits(PROFILE, LastLoginDate=date)


@pytest.mark.parametrize("digits", ["", ".7", ".78", ".546", ".5467", ".54673", ".546738", ".5467389"])
def test_date_has_up_to_seven_digits_of_a_second(digits: str) -> None:
    date = f"2030-01-02T03:04:05{digits}Z"
    assert fits(PROFILE, CreatedDate=date, LastPasswordChangeDate=date)
    assert fits("custom_object.list_by_token", **{"data/0/DateModified": date})


def test_role_context_may_expire_at_a_fraction_of_a_second() -> None:
    assert fits("role.get_role_context_by_uid", **{"Data/0/Expiration": "2030-01-02T03:04:05.78Z"})


@pytest.mark.parametrize(
    ("address", "valid"),
    [
        ("o'brien@example.com", True),
        ("a&b@example.com", True),
        ("ada@example.xn--p1ai", True),
        ("ada@bücher.example", True),
        ("ada@пример.рф", True),
        ("ada@例え.テスト", True),
        ("ada@bü cher.example", False),
        ("ada@-bücher.example", False),
        ("jürgen@example.com", False),  # RFC 5322 has ASCII before the @
        ("a..b@example.com", False),
        (".a@example.com", False),
    ],
)
def test_address_is_a_dot_atom(address: str, valid: bool) -> None:  # noqa: FBT001  # a case of a table
    assert fits(PROFILE, Email=[{"Type": "Primary", "Value": address}]) is valid


@pytest.mark.parametrize("token", [None, GUID])
def test_pin_names_the_token_of_its_change(token: str | None) -> None:
    assert fits(PROFILE, **{"PIN/LastPINChangeToken": token})


def test_identity_has_former_uids_and_its_date() -> None:
    changes = {"PreviousUids": None, "ProfileModifiedDate": "2019-03-02T10:20:30.546Z"}
    assert fits(PROFILE, **{f"Identities/0/{name}": value for name, value in changes.items()})


@pytest.mark.parametrize(("operation_id", "at"), [(PROFILE, ""), ("authentication.update_profile", "Data/")])
def test_newer_members_of_a_profile_are_known(operation_id: str, at: str) -> None:
    passkey = {"ProgressiveEnrollmentDate": None, "ProgressiveFlag": False, "LocalEnrollmentFlag": True}
    newer = {"SessionsLimit": 3, "PasskeyLogin": passkey, "Organizations": None, "ObjectId": "a0b1"}
    assert fits(operation_id, **{f"{at}{name}": value for name, value in newer.items()})


@pytest.mark.parametrize("name", ["access_token", "refresh_token", "session_token"])
@pytest.mark.parametrize("token", [GUID, JWE])
def test_token_is_a_guid_or_encrypted(name: str, token: str) -> None:
    assert fits("authentication.login_by_email", **{name: token})


@pytest.mark.parametrize("token", [GUID, JWE])
def test_feature_token_is_a_guid_or_encrypted(token: str) -> None:
    assert fits("reauthentication.by_password", SecondFactorValidationToken=token)
    login = answer("mfa.login_by_email", 1)
    login = changed(login, {"SecondFactorAuthentication/SecondFactorAuthenticationToken": token})
    assert findings("mfa.login_by_email", login) == []


def test_refusal_in_camel_case_is_read_and_fits() -> None:
    code = ErrorCode.ACCESS_TOKEN_INVALID
    refusal = {"errorCode": int(code), "message": "The token is wrong", "description": "Log in again."}
    assert contracts.error_code(refusal) == code
    assert findings("social.validate_access_token", refusal, contracts.error_definitions()[code].status) == []


@pytest.mark.parametrize(
    "more",
    [{"Code": 401}, {"ExtraInfo": [{"Description": "d", "ErrorCode": 966, "Message": "m"}]}],
    ids=["Code", "ExtraInfo"],
)
@pytest.mark.parametrize("five", [{}, {"IsProviderError": False, "ProviderErrorResponse": None}], ids=["3", "5"])
def test_refusal_has_three_or_five_members_and_may_have_more(more: Json, five: Json) -> None:
    refusal = {"ErrorCode": 966, "Message": "wrong", "Description": "Check the password.", **five, **more}
    assert findings("authentication.login_by_email", refusal, 401) == []


@pytest.mark.parametrize(
    "stored",
    [
        "Rfc2898DeriveBytes$1000$c2FsdA==$aGFzaA==",
        "sha512$1$c2FsdA==$aGFzaA==",
        "8846f7eaee8fb117ad06bdd830b7586c",
        "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
        "b109f3bbbc244eb82441917ed06d618b9008dd09:c2FsdA==",
    ],
    ids=["PBKDF2", "SHA512", "NT hash", "Argon2", "hex and salt"],
)
def test_password_hash_is_of_any_store(stored: str) -> None:
    assert fits("account.get_password_hash_by_uid", PasswordHash=stored)
    assert fits("account.get_account_profile_by_uid", Password=stored)


def test_deleted_custom_object_stays_in_the_list() -> None:
    assert fits("custom_object.list_by_token", **{"data/0/IsDeleted": True, "Count": 1})


@pytest.mark.parametrize(("name", "value"), [("Verified", True), ("PreviousUids", "a0b1c2"), ("IsProtected", "false")])
def test_printed_samples_have_other_types(name: str, value: Json) -> None:
    assert fits(PROFILE, **{name: value})


def test_delivered_profile_has_a_number_for_its_lock_and_members_of_2019() -> None:
    """Envelope (`HookId`, `Time`) and signature of a delivery are no answer: no contract speaks of them."""
    assert fits("account.get_account_profile_by_uid", LoginLockedType=0, Consents=[], LastAcceptedConsentVersion=None)


@pytest.mark.parametrize("operation_id", ["mfa.get_settings", "reauthentication.trigger"])
def test_mfa_settings_of_the_newest_model_fit(operation_id: str) -> None:
    settings = answer(operation_id)
    settings |= {"PushQRCode": None, "DuoAuthEndpoint": None}
    settings |= dict.fromkeys(
        ["IsPushDeviceRegistered", "IsDuoAuthenticatorVerified", "IsPasskeyAuthenticatorVerified"], False
    )
    for name in ("IsSecurityQuestionEnabled", "IsAuthenticatorVerified"):
        settings.pop(name, None)
    assert findings(operation_id, settings) == []


def test_deletion_by_uid_counts_records() -> None:
    assert fits("account.delete_account_by_uid", RecordsDeleted=1)


def test_server_time_names_addresses() -> None:
    addresses = {"Sott/IP": "192.0.2.1", "Sott/ForWardedIP": "192.0.2.2"}
    assert fits("configuration.get_server_time", **addresses)


def test_sms_answer_may_say_that_it_was_posted() -> None:
    assert fits("passwordless_login.by_phone", IsPosted=True)


@pytest.mark.parametrize("name", ["nextcursor", "nextCursor"])
def test_cursor_of_sessions_has_either_spelling(name: str) -> None:
    sessions = answer("social.get_active_session")
    for spelling in ("nextcursor", "nextCursor"):
        del sessions[spelling]
    assert findings("social.get_active_session", sessions) != []
    assert findings("social.get_active_session", {**sessions, name: 0}) == []


@pytest.mark.parametrize("name", ["Browser", "Device", "Os", "DeviceType", "City", "Country"])
def test_session_has_a_text_or_null(name: str) -> None:
    assert fits("social.get_active_session", **{f"data/0/{name}": ""})
    assert fits("social.get_active_session", **{f"data/0/{name}": None})
