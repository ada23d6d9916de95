from collections.abc import Callable

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member
from tests.emulator.enrolment import (
    ANSWERS,
    PHONE,
    account_of,
    app_code,
    challenge,
    enrol_answers,
    enrol_app,
    enrol_mail,
    enrol_phone,
    log_in,
    token_of,
    with_token,
    wrong_code,
)

pytestmark = pytest.mark.preset("mfa-optional")
required = pytest.mark.preset("mfa-required")

VERIFY_APP = "mfa.verify_authenticator_code_by_access_token"
Removal = tuple[Callable[[Ask, Tenant, Member], None], str, object, int]


def test_settings_show_the_same_secret_until_an_app_is_verified(ask: Ask, tenant: Tenant, person: Member) -> None:
    token = token_of(tenant, person)
    secrets = [ask("mfa.get_settings", token=token).data["ManualEntryCode"] for _ in range(2)]
    assert secrets[0] == secrets[1] is not None
    enrol_app(ask, tenant, person)
    assert ask("mfa.get_settings", token=token).data["ManualEntryCode"] is None


def test_settings_name_addresses_in_full(ask: Ask, tenant: Tenant, person: Member) -> None:
    assert ask("mfa.get_settings", token=token_of(tenant, person)).data["Email"] == [person.email]


@pytest.mark.preset("default")
def test_settings_are_refused_where_mfa_is_off(ask: Ask, tenant: Tenant, person: Member) -> None:
    assert ask("mfa.get_settings", token=token_of(tenant, person)).code == ErrorCode.MFA_DISABLED


@pytest.mark.parametrize(
    ("operation", "member"),
    [(VERIFY_APP, "authenticatorcode"), ("mfa.verify_google_code_by_access_token", "googleauthenticatorcode")],
)
def test_code_of_the_app_enrols_it(ask: Ask, tenant: Tenant, person: Member, operation: str, member: str) -> None:
    token = token_of(tenant, person)
    ask("mfa.get_settings", token=token)
    right = app_code(tenant, person)
    assert (
        ask(operation, token=token, body={member: wrong_code(app_code(tenant, person, -3))}).code
        == ErrorCode.AUTHENTICATOR_CODE_INCORRECT
    )
    assert ask(operation, token=token, body={member: right}).data["Uid"] == person.uid
    assert challenge(ask, person)["IsAuthenticatorVerified"] is True


def test_code_before_any_secret_was_shown_is_refused(ask: Ask, tenant: Tenant, person: Member) -> None:
    assert (
        ask(VERIFY_APP, token=token_of(tenant, person), body={"authenticatorcode": "000000"}).code
        == ErrorCode.AUTHENTICATOR_CODE_INCORRECT
    )


def test_new_phone_takes_over_once_its_code_came_back(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_phone(ask, tenant, person)
    token, factors = token_of(tenant, person), account_of(tenant, person).second_factors()
    ask("mfa.update_phone_by_access_token", token=token, body={"phoneno2fa": "+15550100199"})
    assert (factors.phone, factors.phone_verified) == (PHONE, True)
    body = {"otp": tenant.outbox.find("+15550100199")[-1].otp}
    assert ask("mfa.verify_sms_otp_by_access_token", token=token, body=body).status == 200
    assert factors.phone == "+15550100199"


def test_enrolled_phone_is_not_enrolled_again(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_phone(ask, tenant, person)
    token = token_of(tenant, person)
    assert (
        ask("mfa.update_phone_by_access_token", token=token, body={"phoneno2fa": PHONE}).code
        == ErrorCode.PHONE_ALREADY_SECOND_FACTOR
    )


def test_sms_code_without_a_waiting_phone_is_refused(ask: Ask, tenant: Tenant, person: Member) -> None:
    answer = ask("mfa.verify_sms_otp_by_access_token", token=token_of(tenant, person), body={"otp": "000000"})
    assert answer.code == ErrorCode.ACCOUNT_HAS_NO_PHONE_FACTOR


@pytest.mark.preset("mfa-optional", sms_provider=False)
def test_phone_is_refused_where_nothing_can_send_sms(ask: Ask, tenant: Tenant, person: Member) -> None:
    answer = ask("mfa.update_phone_by_access_token", token=token_of(tenant, person), body={"phoneno2fa": PHONE})
    assert answer.code == ErrorCode.SMS_PROVIDER_NOT_CONFIGURED


def test_mail_code_enrols_the_address(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_mail(ask, tenant, person)
    assert account_of(tenant, person).second_factors().email == person.email


def test_mail_code_works_once(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_mail(ask, tenant, person)
    body = {"EmailId": person.email, "otp": tenant.outbox.find(person.email, "mfaenrolment")[-1].otp}
    assert (
        ask("mfa.verify_email_otp_by_access_token", token=token_of(tenant, person), body=body).code
        == ErrorCode.EMAIL_OTP_ALREADY_USED
    )


def test_foreign_address_gets_no_mail(ask: Ask, tenant: Tenant, person: Member) -> None:
    query = {"emailId": "eve@example.com"}
    assert (
        ask("mfa.send_email_otp_by_access_token", token=token_of(tenant, person), query=query).code
        == ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL
    )


@pytest.mark.parametrize(
    ("sent", "kept"), [({"ReplaceSecurityQuestionAnswer": True}, 1), ({"ReplaceSecurityQuestionAnswer": False}, 2)]
)
def test_new_answers_replace_the_old_ones_if_asked_to(
    ask: Ask, tenant: Tenant, person: Member, sent: dict[str, bool], kept: int
) -> None:
    enrol_answers(ask, tenant, person)
    other = next(question for question in tenant.settings.security_questions if question not in str(ANSWERS))
    body = {"securityquestionanswer": [{"QuestionId": other, "Answer": "Sea"}], **sent}
    assert ask("mfa.set_security_answers_by_access_token", token=token_of(tenant, person), body=body).status == 200
    assert len(account_of(tenant, person).second_factors().answers) == kept


def test_backup_codes_are_ten_and_given_once(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    token = token_of(tenant, person)
    assert len(ask("mfa.get_backup_codes_by_access_token", token=token).data["BackUpCodes"]) == 10
    assert ask("mfa.get_backup_codes_by_access_token", token=token).code == ErrorCode.BACKUP_CODES_ALREADY_EXIST


def test_backup_codes_need_a_factor(ask: Ask, tenant: Tenant, person: Member) -> None:
    assert (
        ask("mfa.get_backup_codes_by_access_token", token=token_of(tenant, person)).code
        == ErrorCode.ACCOUNT_HAS_NO_SECOND_FACTOR
    )


def test_new_backup_codes_kill_the_old(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    token = token_of(tenant, person)
    old = ask("mfa.get_backup_codes_by_access_token", token=token).data["BackUpCodes"][0]
    ask("mfa.reset_backup_codes_by_access_token", token=token)
    query = with_token(challenge(ask, person))
    assert (
        ask("mfa.validate_backup_code", query=query, body={"backupcode": old}).code
        == ErrorCode.BACKUP_CODE_INCORRECT_OR_USED
    )


def test_server_reads_and_renews_backup_codes(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    query = {"uid": person.uid}
    first = ask("mfa.get_backup_codes_by_uid", query=query).data["BackUpCodes"]
    second = ask("mfa.reset_backup_codes_by_uid", query=query).data["BackUpCodes"]
    assert not set(first) & set(second)


def test_unknown_user_is_refused_to_a_server(ask: Ask) -> None:
    assert ask("mfa.get_backup_codes_by_uid", query={"uid": "0" * 32}).code == ErrorCode.ACCOUNT_NOT_FOUND


REMOVALS: list[Removal] = [  # how to enrol, what removes, its body, the refusal where there is nothing to remove
    (enrol_app, "mfa.reset_authenticator", {"authenticator": True}, ErrorCode.AUTHENTICATOR_NOT_CONFIGURED),
    (enrol_app, "mfa.reset_authenticator", {"googleauthenticator": True}, ErrorCode.AUTHENTICATOR_NOT_CONFIGURED),
    (enrol_phone, "mfa.reset_sms_authenticator", {"otpauthenticator": True}, ErrorCode.ACCOUNT_HAS_NO_PHONE_FACTOR),
    (enrol_mail, "mfa.reset_email_otp_authenticator", None, ErrorCode.EMAIL_OTP_FACTOR_DISABLED),
    (enrol_answers, "mfa.reset_security_question_authenticator", None, ErrorCode.SECURITY_QUESTION_FACTOR_NOT_VERIFIED),
]
removals = pytest.mark.parametrize("removal", REMOVALS)


@removals
def test_owner_removes_a_factor(ask: Ask, tenant: Tenant, person: Member, removal: Removal) -> None:
    enrol, operation, body, absent = removal
    enrol(ask, tenant, person)
    answers = [ask(f"{operation}_by_access_token", token=token_of(tenant, person), body=body) for _ in range(2)]
    assert [answer.code for answer in answers] == [None, absent]
    assert log_in(ask, person).data["SecondFactorAuthentication"] is None


@removals
def test_server_removes_a_factor(ask: Ask, tenant: Tenant, person: Member, removal: Removal) -> None:
    enrol, operation, body, absent = removal
    enrol(ask, tenant, person)
    answers = [ask(f"{operation}_by_uid", query={"uid": person.uid}, body=body) for _ in range(2)]
    assert [answer.code for answer in answers] == [None, absent]


@pytest.mark.parametrize("body", [{}, {"authenticator": False}, {"authenticator": "yes"}, {"unknown": True}])
def test_removal_that_names_no_factor_is_refused(ask: Ask, tenant: Tenant, person: Member, body: object) -> None:
    answer = ask("mfa.reset_authenticator_by_access_token", token=token_of(tenant, person), body=body)
    assert answer.code == ErrorCode.SECOND_FACTOR_REMOVAL_INVALID


@required
def test_owner_keeps_the_last_factor_where_one_is_required(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    remove = {"token": token_of(tenant, person), "body": {"authenticator": True}}
    assert ask("mfa.reset_authenticator_by_access_token", **remove).code == ErrorCode.SECOND_FACTOR_REMOVAL_INVALID
    enrol_phone(ask, tenant, person)
    assert ask("mfa.reset_authenticator_by_access_token", **remove).status == 200


@required
def test_server_removes_even_the_last_factor(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    answer = ask("mfa.reset_authenticator_by_uid", query={"uid": person.uid}, body={"authenticator": True})
    assert answer.status == 200


def test_app_that_is_removed_needs_a_new_secret(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    before, token = account_of(tenant, person).second_factors().totp_secret, token_of(tenant, person)
    ask("mfa.reset_authenticator_by_access_token", token=token, body={"authenticator": True})
    assert ask("mfa.get_settings", token=token).data["ManualEntryCode"] not in {None, before}


def test_backup_codes_die_with_the_last_factor(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    ask("mfa.get_backup_codes_by_uid", query={"uid": person.uid})
    ask("mfa.reset_authenticator_by_uid", query={"uid": person.uid}, body={"authenticator": True})
    assert account_of(tenant, person).second_factors().backup_codes == {}
