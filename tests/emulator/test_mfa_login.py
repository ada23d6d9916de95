from typing import Any
from urllib.parse import unquote

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.totp import code_at
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member
from tests.emulator.enrolment import (
    ANSWERS,
    PHONE,
    account_of,
    app_code,
    backup_codes,
    challenge,
    enrol_answers,
    enrol_app,
    enrol_phone,
    log_in,
    with_token,
    wrong_code,
)

optional = pytest.mark.preset("mfa-optional")
required = pytest.mark.preset("mfa-required")

BY_APP = "mfa.validate_authenticator_code"


@pytest.mark.parametrize(("moment", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_app_codes_are_those_of_rfc_6238(moment: int, code: str) -> None:
    assert code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", moment // 30) == code


def test_mfa_login_is_refused_where_mfa_is_off(ask: Ask, person: Member) -> None:
    assert log_in(ask, person).code == ErrorCode.MFA_DISABLED


@optional
def test_person_without_factor_is_not_challenged(ask: Ask, person: Member) -> None:
    data = log_in(ask, person).data
    assert data["SecondFactorAuthentication"] is None
    assert data["Profile"]["Uid"] == person.uid


@optional
def test_wrong_password_is_refused_before_any_challenge(ask: Ask, person: Member) -> None:
    assert log_in(ask, person, "wrong").code == ErrorCode.CREDENTIALS_INCORRECT


@required
def test_first_login_offers_the_secret_of_an_app(ask: Ask, person: Member) -> None:
    inner = challenge(ask, person)
    uri = unquote(inner["QRCode"].partition("chl=")[2])
    assert uri == f"otpauth://totp/{person.email}?secret={inner['ManualEntryCode']}&issuer=emulated"


@required
def test_challenge_masks_addresses(ask: Ask, person: Member) -> None:
    assert challenge(ask, person)["Email"] == ["a**a@e****le.c*m"]


@required
def test_first_code_of_an_app_enrols_it(ask: Ask, tenant: Tenant, person: Member) -> None:
    query = with_token(challenge(ask, person))
    assert ask(BY_APP, query=query, body={"authenticatorcode": app_code(tenant, person)}).status == 200
    later = challenge(ask, person)
    assert (later["IsAuthenticatorVerified"], later["QRCode"], later["ManualEntryCode"]) == (True, None, None)


@optional
def test_password_alone_is_not_offered_another_way_in(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_phone(ask, tenant, person)
    inner = challenge(ask, person)
    assert inner["ManualEntryCode"] is None
    assert (
        ask(BY_APP, query=with_token(inner), body={"authenticatorcode": "000000"}).code
        == ErrorCode.AUTHENTICATOR_NOT_CONFIGURED
    )
    mail = {"EmailId": person.email}
    assert ask("mfa.send_email_otp", query=with_token(inner), body=mail).code == ErrorCode.EMAIL_OTP_FACTOR_DISABLED
    assert (
        ask("mfa.set_security_answers", query=with_token(inner), body=ANSWERS).code
        == ErrorCode.SECURITY_QUESTION_FACTOR_CONFLICT
    )


@optional
@pytest.mark.parametrize(
    ("operation", "member"), [(BY_APP, "authenticatorcode"), ("mfa.validate_google_code", "googleauthenticatorcode")]
)
def test_app_code_finishes_a_login(ask: Ask, tenant: Tenant, person: Member, operation: str, member: str) -> None:
    enrol_app(ask, tenant, person)
    query = with_token(challenge(ask, person))
    assert ask(operation, query=query, body={member: app_code(tenant, person)}).data["Profile"]["NoOfLogins"] == 1


@optional
def test_wrong_app_code_is_refused(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    query = with_token(challenge(ask, person))
    assert (
        ask(BY_APP, query=query, body={"authenticatorcode": wrong_code(app_code(tenant, person, -3))}).code
        == ErrorCode.AUTHENTICATOR_CODE_INCORRECT
    )


@optional
@pytest.mark.parametrize(
    ("steps", "code"),
    [(-2, ErrorCode.AUTHENTICATOR_CODE_INCORRECT), (-1, None), (1, None), (2, ErrorCode.AUTHENTICATOR_CODE_INCORRECT)],
)
def test_app_may_be_one_step_off(ask: Ask, tenant: Tenant, person: Member, steps: int, code: int | None) -> None:
    enrol_app(ask, tenant, person)
    query = with_token(challenge(ask, person))
    assert ask(BY_APP, query=query, body={"authenticatorcode": app_code(tenant, person, steps)}).code == code


@pytest.mark.preset("mfa-optional", totp_replay_refused=True)
def test_used_app_code_is_refused_where_the_tenant_says_so(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    query = with_token(challenge(ask, person))
    assert (
        ask(BY_APP, query=query, body={"authenticatorcode": app_code(tenant, person)}).code
        == ErrorCode.AUTHENTICATOR_CODE_INCORRECT
    )
    assert ask(BY_APP, query=query, body={"authenticatorcode": app_code(tenant, person, 1)}).status == 200


@optional
def test_code_is_needed(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    assert ask(BY_APP, query=with_token(challenge(ask, person)), body={}).code == ErrorCode.CODE_REQUIRED


@optional
def test_challenge_is_met_once(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    query, body = with_token(challenge(ask, person)), {"authenticatorcode": app_code(tenant, person)}
    assert [ask(BY_APP, query=query, body=body).code for _ in range(2)] == [None, ErrorCode.SECOND_FACTOR_TOKEN_INVALID]


@optional
def test_challenge_expires(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    query = with_token(challenge(ask, person))
    tenant.clock.advance(tenant.settings.second_factor_seconds + 1)
    assert (
        ask(BY_APP, query=query, body={"authenticatorcode": app_code(tenant, person)}).code
        == ErrorCode.SECOND_FACTOR_TOKEN_EXPIRED
    )


@optional
def test_unknown_challenge_is_refused(ask: Ask) -> None:
    query = {"secondFactorAuthenticationToken": "00000000-0000-0000-0000-000000000001"}
    assert ask(BY_APP, query=query, body={"authenticatorcode": "000000"}).code == ErrorCode.SECOND_FACTOR_TOKEN_INVALID


@required
def test_answers_enrol_and_finish_the_login(ask: Ask, person: Member) -> None:
    query = with_token(challenge(ask, person))
    assert ask("mfa.set_security_answers", query=query, body=ANSWERS).status == 200
    assert challenge(ask, person)["IsSecurityQuestionAuthenticatorVerified"] is True


@required
def test_question_that_the_tenant_does_not_ask_is_refused(ask: Ask, person: Member) -> None:
    body = {"securityquestionanswer": [{"QuestionId": "0" * 32, "Answer": "Blue"}]}
    assert (
        ask("mfa.set_security_answers", query=with_token(challenge(ask, person)), body=body).code
        == ErrorCode.SECURITY_QUESTION_ID_INVALID
    )


@pytest.mark.preset("mfa-required", security_question_count=2)
def test_too_few_answers_are_refused(ask: Ask, person: Member) -> None:
    assert (
        ask("mfa.set_security_answers", query=with_token(challenge(ask, person)), body=ANSWERS).code
        == ErrorCode.MORE_SECURITY_ANSWERS_REQUIRED
    )


@optional
def test_right_answers_finish_a_login(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_answers(ask, tenant, person)
    query = with_token(challenge(ask, person))
    wrong: dict[str, Any] = {"securityquestionanswer": [{**ANSWERS["securityquestionanswer"][0], "Answer": "Red"}]}
    assert (
        ask("mfa.validate_security_answers", query=query, body=wrong).code
        == ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT
    )
    assert ask("mfa.validate_security_answers", query=query, body=ANSWERS).status == 200


@optional
def test_answers_that_were_never_enrolled_are_refused(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    query = with_token(challenge(ask, person))
    assert (
        ask("mfa.validate_security_answers", query=query, body=ANSWERS).code
        == ErrorCode.SECURITY_QUESTION_FACTOR_NOT_VERIFIED
    )


@optional
def test_backup_code_works_once(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    body = {"backupcode": backup_codes(ask, tenant, person)[0]}
    used = [ask("mfa.validate_backup_code", query=with_token(challenge(ask, person)), body=body) for _ in range(2)]
    assert [answer.code for answer in used] == [None, ErrorCode.BACKUP_CODE_INCORRECT_OR_USED]


@optional
def test_backup_code_is_refused_where_there_are_none(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    query = with_token(challenge(ask, person))
    assert (
        ask("mfa.validate_backup_code", query=query, body={"backupcode": "00000-00000"}).code
        == ErrorCode.BACKUP_CODES_NOT_CONFIGURED
    )


@optional
@pytest.mark.parametrize(
    "row",
    [
        ("mfa_authenticator", BY_APP, {"authenticatorcode": "000000"}, ErrorCode.AUTHENTICATOR_FACTOR_DISABLED),
        ("mfa_sms", "mfa.validate_sms_otp", {"otp": "000000"}, ErrorCode.SMS_OTP_FACTOR_DISABLED),
        ("mfa_email", "mfa.send_email_otp", {"EmailId": "ada@example.com"}, ErrorCode.EMAIL_OTP_FACTOR_DISABLED),
        (
            "mfa_security_question",
            "mfa.validate_security_answers",
            ANSWERS,
            ErrorCode.SECURITY_QUESTION_FACTOR_DISABLED,
        ),
    ],
)
def test_factor_that_the_tenant_switched_off_is_refused(
    ask: Ask, tenant: Tenant, person: Member, row: tuple[str, str, dict[str, Any], int]
) -> None:
    setting, operation, body, code = row
    tenant.settings.mfa = "required"
    query = with_token(challenge(ask, person))
    setattr(tenant.settings, setting, False)
    assert ask(operation, query=query, body=body).code == code


@pytest.mark.preset(
    "mfa-required", mfa_authenticator=False, mfa_sms=False, mfa_email=False, mfa_security_question=False
)
def test_challenge_without_any_allowed_factor_is_refused(ask: Ask, person: Member) -> None:
    assert log_in(ask, person).code == ErrorCode.SECOND_FACTOR_NOT_CONFIGURED


@pytest.mark.preset("mfa-username-login")
def test_user_name_logs_in_where_user_names_do(ask: Ask, tenant: Tenant, person: Member) -> None:
    tenant.accounts.set_username(account_of(tenant, person), "ada")
    body = {"username": "Ada", "password": person.password}
    assert ask("mfa.login_by_username", body=body).data["Profile"]["Uid"] == person.uid


@pytest.mark.preset("mfa-phone-login")
def test_confirmed_phone_logs_in_where_phones_do(ask: Ask, tenant: Tenant, person: Member) -> None:
    account = account_of(tenant, person)
    tenant.accounts.set_phone(account, PHONE)
    body = {"phone": PHONE, "password": person.password}
    assert ask("mfa.login_by_phone", body=body).code == ErrorCode.PHONE_NOT_VERIFIED
    account.phone_verified = True
    assert ask("mfa.login_by_phone", body=body).data["Profile"]["Uid"] == person.uid
