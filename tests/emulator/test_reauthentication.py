from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member
from tests.emulator.enrolment import (
    ANSWERS,
    PHONE,
    account_of,
    app_code,
    backup_codes,
    enrol_answers,
    enrol_app,
    enrol_mail,
    enrol_phone,
    token_of,
    wrong_code,
)

pytestmark = pytest.mark.preset("step-up")


def set_pin(tenant: Tenant, person: Member, ask: Ask) -> str:
    """Set a PIN by a login that requires one."""
    token = tenant.single_use_tokens.issue("pinauth", person.uid, tenant.settings)
    ask("pin.set_pin_by_pin_auth_token", query={"pinAuthToken": token.value}, body={"PIN": "1234"})
    return "1234"


def by_password(ask: Ask, tenant: Tenant, person: Member) -> str:
    """Proof that the person knew the password just now."""
    answer = ask("reauthentication.by_password", token=token_of(tenant, person), body={"password": person.password})
    token: str = answer.data["SecondFactorValidationToken"]
    return token


def check(ask: Ask, kind: str, uid: str, token: str) -> Any:
    return ask(f"reauthentication.check_{kind}", path={"uid": uid}, body={"secondfactorvalidationtoken": token})


@pytest.mark.preset("mfa-optional")
def test_step_up_is_refused_where_it_is_off(ask: Ask, tenant: Tenant, person: Member) -> None:
    token = token_of(tenant, person)
    assert ask("reauthentication.trigger", token=token).code == ErrorCode.REAUTHENTICATION_DISABLED
    assert (
        ask("reauthentication.by_password", token=token, body={"password": person.password}).code
        == ErrorCode.REAUTHENTICATION_DISABLED
    )


@pytest.mark.preset("step-up", mfa="disabled")
def test_password_proves_also_where_mfa_is_off(ask: Ask, tenant: Tenant, person: Member) -> None:
    assert ask("reauthentication.trigger", token=token_of(tenant, person)).code == ErrorCode.MFA_DISABLED
    assert check(ask, "password", person.uid, by_password(ask, tenant, person)).data == {"IsValid": True}


def test_proof_is_checked_once(ask: Ask, tenant: Tenant, person: Member) -> None:
    proof = by_password(ask, tenant, person)
    assert [check(ask, "password", person.uid, proof).code for _ in range(2)] == [
        None,
        ErrorCode.REAUTHENTICATION_TOKEN_INVALID,
    ]


def test_proof_of_one_kind_is_not_taken_for_another(ask: Ask, tenant: Tenant, person: Member) -> None:
    proof = by_password(ask, tenant, person)
    assert [check(ask, kind, person.uid, proof).code for kind in ("mfa", "pin", "password")] == [
        ErrorCode.REAUTHENTICATION_TOKEN_INVALID,
        ErrorCode.REAUTHENTICATION_TOKEN_INVALID,
        None,
    ]


def test_proof_of_one_person_is_not_taken_for_another(ask: Ask, tenant: Tenant, person: Member) -> None:
    proof = by_password(ask, tenant, person)
    body = {
        "Email": [{"Type": "Primary", "Value": "eve@example.com"}],
        "EmailVerified": True,
        "Password": "correct horse 8",
    }
    other = ask("account.create_account", body=body).data["Uid"]
    assert check(ask, "password", other, proof).code == ErrorCode.REAUTHENTICATION_TOKEN_INVALID


def test_proof_expires(ask: Ask, tenant: Tenant, person: Member) -> None:
    proof = by_password(ask, tenant, person)
    tenant.clock.advance(tenant.settings.step_up_seconds + 1)
    assert check(ask, "password", person.uid, proof).code == ErrorCode.REAUTHENTICATION_TOKEN_INVALID


def test_access_token_is_not_touched(ask: Ask, tenant: Tenant, person: Member) -> None:
    token = token_of(tenant, person)
    ask("reauthentication.by_password", token=token, body={"password": person.password})
    assert tenant.sessions.find(token).token == token


def test_wrong_password_is_refused_with_401(ask: Ask, tenant: Tenant, person: Member) -> None:
    answer = ask("reauthentication.by_password", token=token_of(tenant, person), body={"password": "wrong"})
    assert (answer.status, answer.code) == (401, ErrorCode.REAUTHENTICATION_PASSWORD_INCORRECT)


def test_pin_proves(ask: Ask, tenant: Tenant, person: Member) -> None:
    token = token_of(tenant, person)
    assert ask("reauthentication.by_pin", token=token, body={"PIN": "1234"}).code == ErrorCode.ACCOUNT_HAS_NO_PIN
    pin = set_pin(tenant, person, ask)
    wrong = ask("reauthentication.by_pin", token=token, body={"PIN": "9999"})
    assert (wrong.status, wrong.code) == (401, ErrorCode.PIN_INCORRECT)
    proof = ask("reauthentication.by_pin", token=token, body={"PIN": pin}).data["SecondFactorValidationToken"]
    assert check(ask, "pin", person.uid, proof).status == 200


@pytest.mark.parametrize("member", ["authenticatorcode", "googleauthenticatorcode"])
def test_app_code_proves(ask: Ask, tenant: Tenant, person: Member, member: str) -> None:
    enrol_app(ask, tenant, person)
    body = {member: app_code(tenant, person)}
    proof = ask("reauthentication.by_authenticator_code", token=token_of(tenant, person), body=body)
    assert check(ask, "mfa", person.uid, proof.data["SecondFactorValidationToken"]).status == 200


def test_app_that_is_not_verified_proves_nothing(ask: Ask, tenant: Tenant, person: Member) -> None:
    token = token_of(tenant, person)
    ask("reauthentication.trigger", token=token)
    body = {"authenticatorcode": app_code(tenant, person)}
    assert (
        ask("reauthentication.by_authenticator_code", token=token, body=body).code
        == ErrorCode.AUTHENTICATOR_NOT_CONFIGURED
    )


def test_code_is_needed(ask: Ask, tenant: Tenant, person: Member) -> None:
    token = token_of(tenant, person)
    assert (
        ask("reauthentication.by_authenticator_code", token=token, body={}).code
        == ErrorCode.REAUTHENTICATION_CODE_REQUIRED
    )
    assert ask("reauthentication.by_sms_otp", token=token, body={}).code == ErrorCode.REAUTHENTICATION_CODE_REQUIRED


def test_trigger_texts_a_code_that_proves(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_phone(ask, tenant, person)
    token = token_of(tenant, person)
    assert ask("reauthentication.trigger", token=token).data["OTPStatus"] is not None
    body = {"otp": tenant.outbox.find(PHONE, "stepup")[-1].otp}
    assert ask("reauthentication.by_sms_otp", token=token, body=body).status == 200
    assert ask("reauthentication.by_sms_otp", token=token, body=body).code == ErrorCode.OTP_ALREADY_USED


def test_trigger_texts_nothing_without_the_sms_factor(ask: Ask, tenant: Tenant, person: Member) -> None:
    assert ask("reauthentication.trigger", token=token_of(tenant, person)).data["OTPStatus"] is None


def test_mail_code_proves(ask: Ask, tenant: Tenant, person: Member) -> None:
    token = token_of(tenant, person)
    assert (
        ask("reauthentication.send_email_otp", token=token, query={"emailId": person.email}).code
        == ErrorCode.EMAIL_OTP_FACTOR_DISABLED
    )
    enrol_mail(ask, tenant, person)
    ask("reauthentication.send_email_otp", token=token, query={"emailId": person.email})
    body = {"EmailId": person.email, "otp": tenant.outbox.find(person.email, "stepup")[-1].otp}
    assert ask("reauthentication.by_email_otp", token=token, body=body).status == 200


def test_answers_prove(ask: Ask, tenant: Tenant, person: Member) -> None:
    token = token_of(tenant, person)
    assert (
        ask("reauthentication.by_security_answers", token=token, body=ANSWERS).code
        == ErrorCode.SECURITY_QUESTION_FACTOR_NOT_VERIFIED
    )
    enrol_answers(ask, tenant, person)
    assert ask("reauthentication.by_security_answers", token=token, body=ANSWERS).status == 200


def test_backup_code_proves_once(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    token, body = token_of(tenant, person), {"backupcode": backup_codes(ask, tenant, person)[0]}
    assert [ask("reauthentication.by_backup_code", token=token, body=body).code for _ in range(2)] == [
        None,
        ErrorCode.BACKUP_CODE_INCORRECT_OR_USED,
    ]


@pytest.mark.preset("step-up", lockout_type="Suspend", lockout_threshold=3)
def test_wrong_codes_lock(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    token = token_of(tenant, person)
    body = {"authenticatorcode": wrong_code(app_code(tenant, person, -3))}
    codes = [ask("reauthentication.by_authenticator_code", token=token, body=body).code for _ in range(3)]
    assert codes == [
        ErrorCode.AUTHENTICATOR_CODE_INCORRECT,
        ErrorCode.AUTHENTICATOR_CODE_INCORRECT,
        ErrorCode.ACCOUNT_LOCKED_DURING_MFA,
    ]
    assert account_of(tenant, person).lockout().locked


def test_proof_is_checked_for_a_uid_of_the_right_form(ask: Ask, tenant: Tenant, person: Member) -> None:
    token = by_password(ask, tenant, person)
    assert check(ask, "password", "no uid!", token).code == ErrorCode.UID_INVALID
    assert check(ask, "password", "0" * 32, token).code == ErrorCode.ACCOUNT_NOT_FOUND
    assert check(ask, "password", person.uid, token).status == 200
