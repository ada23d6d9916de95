"""Registration, log-in with a password, unlocking, availability (product-facts.md#lockout, #registration, #login)."""

from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member
from tests.emulator.login_helpers import EMAIL, PASSWORD, Last, body, log_in, register

optional = pytest.mark.preset("verification-optional")
disabled = pytest.mark.preset("verification-disabled")


def test_registration_asks_for_verification_and_gives_no_token(ask: Ask, last: Last) -> None:
    assert register(ask).data == {"IsPosted": True}
    assert "vtype=emailverification&vtoken=" in (last("emailverification", EMAIL).link or "")


@optional
def test_registration_logs_in_where_verification_is_optional(ask: Ask, last: Last) -> None:
    profile = register(ask).data["Data"]["Profile"]
    assert (profile["EmailVerified"], profile["NoOfLogins"], profile["FirstLogin"]) == (False, 1, True)
    assert last("emailverification", EMAIL).token


@disabled
def test_registration_without_verification_mails_a_welcome_only(ask: Ask, tenant: Tenant) -> None:
    assert register(ask).data["Data"]["access_token"]
    assert [message.kind for message in tenant.outbox.find()] == ["welcome"]


@optional
def test_uid_in_a_registration_is_ignored(ask: Ask) -> None:
    profile = register(ask, Uid="chosen-by-me").data["Data"]["Profile"]
    assert (profile["Uid"] == "chosen-by-me", profile["IsCustomUid"]) == (False, False)


@pytest.mark.preset("mfa-required", email_verification="optional")
def test_registration_gives_no_token_where_a_second_factor_is_required(ask: Ask) -> None:
    assert register(ask).data == {"IsPosted": True}


def test_option_prevents_the_verification_mail(ask: Ask, tenant: Tenant) -> None:
    sott = ask("sott.generate_sott").data["Sott"]
    query = {"options": "PreventVerificationEmail"}
    assert ask("authentication.register_by_email", query=query, body=body(), sott=sott).status == 200
    assert not tenant.outbox.find()


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"Email": [{"Type": "Primary", "Value": "nobody"}]}, ErrorCode.VALID_EMAIL_REQUIRED),
        ({"Email": [{"Value": EMAIL}]}, ErrorCode.EMAIL_TYPE_MISSING),
        (
            {"Email": [{"Type": "Primary", "Value": EMAIL}, {"Type": "Work", "Value": EMAIL.upper()}]},
            ErrorCode.EMAIL_DUPLICATED,
        ),
        (
            {"Email": [{"Type": "Primary", "Value": EMAIL}, {"Type": "primary", "Value": "b@example.com"}]},
            ErrorCode.PRIMARY_EMAIL_DUPLICATED,
        ),
        ({"Password": None}, ErrorCode.PASSWORD_MISSING),
        ({"UserName": "two words"}, ErrorCode.USERNAME_LENGTH_OR_CHARACTERS_INVALID),
        ({"PhoneId": "call me"}, ErrorCode.PHONE_MALFORMED),
        ({"BirthDate": "02-30-1990"}, ErrorCode.DATE_INVALID),
        ({"Addresses": [{"Type": "Home"}, {"Type": "home"}]}, ErrorCode.ADDRESS_TYPE_DUPLICATED),
        ({"Addresses": [{"City": "Edmonton"}]}, ErrorCode.ADDRESS_TYPE_MISSING),
        ({"PhoneNumbers": [{"PhoneType": "Work"}, {"PhoneType": "work"}]}, ErrorCode.PHONE_TYPE_DUPLICATED),
        ({"PhoneNumbers": [{"PhoneNumber": "1"}]}, ErrorCode.PHONE_TYPE_MISSING),
        ({"CustomFields": {"note": "x" * 1001}}, ErrorCode.CUSTOM_FIELD_INVALID),
        ({"FirstName": "<script>alert(1)</script>"}, ErrorCode.MARKUP_NOT_ALLOWED),
        ({"SecurityQuestionAnswer": {"unknown": "blue"}}, ErrorCode.SECURITY_QUESTION_ID_INVALID),
    ],
)
def test_unfit_registration_is_refused(ask: Ask, members: dict[str, Any], code: int) -> None:
    assert register(ask, **members).code == code


def test_address_that_is_taken_is_refused_in_any_case(ask: Ask, person: Member) -> None:
    assert (
        register(ask, Email=[{"Type": "Primary", "Value": person.email.upper()}]).code == ErrorCode.EMAIL_ALREADY_EXISTS
    )


def test_unverified_address_is_taken_too(ask: Ask) -> None:
    register(ask)
    assert register(ask).code == ErrorCode.EMAIL_ALREADY_EXISTS


def test_sott_is_needed(ask: Ask) -> None:
    assert ask("authentication.register_by_email", body=body()).code == ErrorCode.SOTT_MISSING


def test_sott_with_a_changed_digest_is_refused(ask: Ask) -> None:
    sott = ask("sott.generate_sott").data["Sott"]
    damaged = sott[:-1] + ("0" if sott[-1] != "0" else "1")
    assert ask("authentication.register_by_email", body=body(), sott=damaged).code == ErrorCode.SOTT_INVALID


def test_sott_after_its_window_and_skew_is_refused(ask: Ask, tenant: Tenant) -> None:
    sott = ask("sott.generate_sott", query={"timeDifference": 1}).data["Sott"]
    tenant.clock.advance(60 + tenant.settings.sott_skew_seconds + 1)
    assert ask("authentication.register_by_email", body=body(), sott=sott).code == ErrorCode.SOTT_INVALID


@pytest.mark.preset("default", registration_disabled=True)
def test_registration_may_be_switched_off(ask: Ask) -> None:
    assert register(ask).code == ErrorCode.REGISTRATION_DISABLED


@pytest.mark.preset("default", blocked_email_domains=["example.com"])
def test_blocked_domain_may_not_register(ask: Ask) -> None:
    assert register(ask).code == ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED


@pytest.mark.preset("default", minimum_age=18)
@pytest.mark.parametrize("birth_date", [None, "01/31/2020"])
def test_who_is_too_young_or_does_not_say_may_not_register(ask: Ask, birth_date: str | None) -> None:
    assert register(ask, BirthDate=birth_date).code == ErrorCode.AGE_BELOW_MINIMUM


@pytest.mark.preset("privacy-policy")
def test_privacy_policy_must_be_accepted_to_register(ask: Ask) -> None:
    assert register(ask).code == ErrorCode.PRIVACY_POLICY_ACCEPTANCE_REQUIRED
    assert register(ask, AcceptPrivacyPolicy=True).status == 200


@pytest.mark.preset("pin", pin_at_registration=True)
def test_pin_may_be_needed_to_register(ask: Ask) -> None:
    assert register(ask).code == ErrorCode.PIN_REQUIRED
    assert register(ask, PINInfo={"PIN": "4711"}).status == 200


@pytest.mark.preset("default", breached_passwords=[PASSWORD])
def test_breached_password_may_not_be_set(ask: Ask) -> None:
    assert register(ask).code == ErrorCode.NEW_PASSWORD_BREACHED


@optional
def test_nested_profile_members_take_the_products_shape(ask: Ask) -> None:
    profile = register(ask, addresses=[{"type": "Home", "city": "Delft", "unknown": 1}], Country="Canada").data["Data"]
    address = profile["Profile"]["Addresses"][0]
    assert (address["Type"], address["City"], address["Region"]) == ("Home", "Delft", None)
    assert profile["Profile"]["Country"] == {"Code": None, "Name": "Canada"}


def test_captcha_registration_needs_the_right_answer(ask: Ask) -> None:
    assert ask("authentication.register_by_captcha", body=body()).code == ErrorCode.CAPTCHA_MISSING_OR_INCORRECT
    solved = body(**{"g-recaptcha-response": "pass"})
    assert ask("authentication.register_by_captcha", body=solved).data == {"IsPosted": True}


def test_login_counts_and_keeps_the_password_masked(ask: Ask, person: Member) -> None:
    log_in(ask, person)
    profile = log_in(ask, person).data["Profile"]
    assert (profile["NoOfLogins"], profile["FirstLogin"]) == (2, False)
    assert profile["Password"] == "**********"


def test_unknown_user_and_wrong_password_differ(ask: Ask, person: Member) -> None:
    assert log_in(ask, person, "wrong").code == ErrorCode.CREDENTIALS_INCORRECT
    unknown = {"email": "nobody@example.com", "password": "x"}
    assert ask("authentication.login_by_email", body=unknown).code == ErrorCode.ACCOUNT_NOT_FOUND


def test_unverified_user_is_refused_and_mailed_again(ask: Ask, tenant: Tenant) -> None:
    register(ask)
    answer = ask("authentication.login_by_email", body={"email": EMAIL, "password": PASSWORD})
    assert answer.code == ErrorCode.EMAIL_NOT_VERIFIED
    assert len(tenant.outbox.find(EMAIL, "emailverification")) == 2


@pytest.mark.preset("mfa-optional")
def test_plain_login_is_refused_where_multi_factor_is_on(ask: Ask, person: Member) -> None:
    assert log_in(ask, person).code == ErrorCode.MFA_LOGIN_REQUIRED


@pytest.mark.preset("duplicate-emails")
def test_shared_address_does_not_log_in(ask: Ask, person: Member, tenant: Tenant) -> None:
    tenant.accounts.set_username(tenant.managed_account(person.uid), "ada")
    assert log_in(ask, person).code == ErrorCode.USERNAME_LOGIN_REQUIRED
    named = {"username": "ADA", "password": person.password}
    assert ask("authentication.login_by_username", body=named).status == 200


def test_user_name_login_may_be_off(ask: Ask, person: Member) -> None:
    named = {"username": "ada", "password": person.password}
    assert ask("authentication.login_by_username", body=named).code == ErrorCode.USERNAME_LOGIN_DISABLED


@pytest.mark.preset("default", phone_login=True)
def test_phone_login_takes_no_address(ask: Ask, person: Member) -> None:
    assert log_in(ask, person).code == ErrorCode.PHONE_LOGIN_REQUIRED


@pytest.mark.preset("default", bot_protection=["PostLoginByEmailAndPassword"])
def test_bot_protection_asks_for_a_captcha(ask: Ask, person: Member) -> None:
    assert log_in(ask, person).code == ErrorCode.CAPTCHA_MISSING_OR_INCORRECT
    assert log_in(ask, person, **{"g-recaptcha-response": "pass"}).status == 200


@pytest.mark.preset("default", session_limit=1)
def test_session_beyond_the_limit_is_refused(ask: Ask, person: Member) -> None:
    assert log_in(ask, person).status == 200
    assert log_in(ask, person).code == ErrorCode.SESSION_LIMIT_EXCEEDED


def test_blocked_and_disabled_accounts_are_refused(ask: Ask, person: Member, tenant: Tenant) -> None:
    account = tenant.managed_account(person.uid)
    account.login_disabled = True
    assert log_in(ask, person).code == ErrorCode.ACCOUNT_LOGIN_DISABLED
    account.active = False
    assert log_in(ask, person).code == ErrorCode.ACCOUNT_BLOCKED


@pytest.mark.preset("lockout-suspend")
def test_suspension_ends_by_itself(ask: Ask, person: Member, tenant: Tenant) -> None:
    assert [log_in(ask, person, "wrong").code for _ in range(3)] == [
        ErrorCode.CREDENTIALS_INCORRECT,
        ErrorCode.CREDENTIALS_INCORRECT,
        ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
    ]
    assert log_in(ask, person).code == ErrorCode.ACCOUNT_LOCKED_TEMPORARILY
    tenant.clock.advance(tenant.settings.lockout_seconds + 1)
    assert log_in(ask, person).status == 200


@pytest.mark.preset("lockout-captcha")
def test_captcha_lock_opens_within_the_login(ask: Ask, person: Member) -> None:
    assert [log_in(ask, person, "wrong").code for _ in range(3)] == [
        ErrorCode.CREDENTIALS_INCORRECT,
        ErrorCode.CREDENTIALS_INCORRECT,
        ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA,
    ]
    assert log_in(ask, person, **{"g-recaptcha-response": "wrong"}).code == ErrorCode.CAPTCHA_MISSING_OR_INCORRECT
    assert log_in(ask, person, **{"g-recaptcha-response": "pass"}).status == 200


@pytest.mark.preset("lockout-captcha")
def test_captcha_lock_opens_with_the_token(ask: Ask, person: Member) -> None:
    token = log_in(ask, person).data["access_token"]
    unlock = "authentication.unlock_account"
    assert ask(unlock, body={}, token=token).code == ErrorCode.ACCOUNT_NOT_LOCKED
    for _ in range(3):
        log_in(ask, person, "wrong")
    assert ask(unlock, body={}, token=token).code == ErrorCode.CAPTCHA_MISSING_OR_INCORRECT
    assert ask(unlock, body={"g-recaptcha-response": "pass"}, token=token).status == 200
    assert log_in(ask, person).status == 200


@pytest.mark.preset("lockout-question")
def test_question_lock_opens_with_the_answer(ask: Ask, tenant: Tenant) -> None:
    question = next(iter(tenant.settings.security_questions))
    sent = body(EmailVerified=True, SecurityQuestionAnswer={question: "Delft"})
    person = Member(ask("account.create_account", body=sent).data["Uid"], EMAIL, PASSWORD)
    token = log_in(ask, person).data["access_token"]
    assert [log_in(ask, person, "wrong").code for _ in range(3)] == [
        ErrorCode.CREDENTIALS_INCORRECT,
        ErrorCode.CREDENTIALS_INCORRECT,
        ErrorCode.ACCOUNT_LOCKED_UNTIL_SECURITY_ANSWER,
    ]
    unlock = "authentication.unlock_account"
    assert (
        ask(unlock, body={"securityanswer": {question: "Leiden"}}, token=token).code
        == ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT
    )
    assert ask(unlock, body={"securityanswer": {question: "delft "}}, token=token).status == 200


@pytest.mark.preset("lockout-block")
def test_block_is_for_the_administrator_to_lift(ask: Ask, person: Member) -> None:
    for _ in range(3):
        log_in(ask, person, "wrong")
    assert log_in(ask, person).code == ErrorCode.ACCOUNT_BLOCKED
    lifted = {"IsActive": True, "IsLoginLocked": False}
    ask("account.update_account_by_uid", path={"uid": person.uid}, body=lifted)
    assert log_in(ask, person).status == 200


def test_success_resets_the_failure_counter(ask: Ask, person: Member, tenant: Tenant) -> None:
    tenant.settings.lockout_type, tenant.settings.lockout_threshold = "Suspend", 2
    assert [log_in(ask, person, word).code for word in ("wrong", person.password, "wrong")] == [
        ErrorCode.CREDENTIALS_INCORRECT,
        None,
        ErrorCode.CREDENTIALS_INCORRECT,
    ]


def test_availability_shows_whether_an_account_exists(ask: Ask, person: Member, tenant: Tenant) -> None:
    tenant.accounts.set_username(tenant.managed_account(person.uid), "ada")
    exists = "authentication.check_{}_availability".format
    assert ask(exists("email"), query={"email": person.email.upper()}).data == {"IsExist": True}
    assert ask(exists("email"), query={"email": EMAIL}).data == {"IsExist": False}
    assert ask(exists("username"), query={"username": "Ada"}).data == {"IsExist": True}
