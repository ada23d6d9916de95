"""Registration by e-mail: what a new account gets, and when it is refused."""

from datetime import timedelta

import pytest

from loginradius_harness.checks.support.concurrency import concurrent_error_codes
from loginradius_harness.checks.support.presets import each_of
from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person


@pytest.mark.needs("verification-required")
@pytest.mark.rule("registration.required_flow_answers_no_token")
def test_required_verification_withholds_the_session_at_registration(journey: Journey) -> None:
    answer = journey.register(journey.new_person()).data
    assert answer["IsPosted"] is True
    assert not answer.get("Data")


@each_of("verification-optional", "verification-disabled")
@pytest.mark.rule("registration.unforced_flow_answers_a_session")
def test_disabled_verification_logs_in_at_registration(journey: Journey) -> None:
    person = journey.new_person()
    reply = journey.register(person)
    assert reply.data["IsPosted"] is True
    assert journey.profile(Session.of(reply))["Email"] == [{"Type": "Primary", "Value": person.email}]


@pytest.mark.preset("verification-optional")
@pytest.mark.rule(
    "registration.optional_flow_leaves_email_unverified", "login.unverified_email_is_accepted_where_optional"
)
def test_optional_verification_allows_unverified_login(journey: Journey) -> None:
    person = journey.new_person()
    journey.register(person)
    session = journey.log_in(person)
    assert journey.profile(session)["EmailVerified"] is False


@each_of("default", "verification-optional")
@pytest.mark.rule("registration.verification_mail_is_sent")
def test_registration_sends_one_verification_mail(journey: Journey, control: EmulatorClient) -> None:
    person = journey.new_person()
    journey.register(person)
    mails = control.outbox(to=person.email)
    assert [mail["kind"] for mail in mails] == ["emailverification"]


@pytest.mark.preset("verification-disabled")
@pytest.mark.rule("registration.disabled_flow_only_welcomes")
def test_registration_sends_only_a_welcome_mail_when_verification_is_disabled(
    journey: Journey, control: EmulatorClient
) -> None:
    person = journey.new_person()
    journey.register(person)
    assert [mail["kind"] for mail in control.outbox(to=person.email)] == ["welcome"]


@pytest.mark.rule(
    "registration.suppressed_mail_leaves_account_unverified", "registration.suppressed_message_is_not_sent"
)
def test_suppressed_mail_does_not_skip_verification(journey: Journey, api: Client, control: EmulatorClient) -> None:
    person = journey.new_person()
    body = {"Email": [{"Type": "Primary", "Value": person.email}], "Password": person.password}
    api.call(
        "authentication.register_by_email", query={"options": "PreventVerificationEmail"}, body=body
    ).must_succeed()
    assert control.outbox(to=person.email) == []
    assert journey.accounts.find(person)["EmailVerified"] is False
    with expect_error(ErrorCode.EMAIL_NOT_VERIFIED):
        journey.log_in(person)


@pytest.mark.rule("registration.address_in_use_is_refused")
def test_registered_email_is_refused(journey: Journey, person: Person) -> None:
    unconfirmed = journey.new_person()
    journey.register(unconfirmed)
    for holder in (person, unconfirmed):
        with expect_error(ErrorCode.EMAIL_ALREADY_EXISTS):
            journey.register(holder)


@pytest.mark.rule("registration.parallel_registrations_make_one_account")
def test_concurrent_registrations_create_one_account(journey: Journey, api: Client) -> None:
    person = journey.new_person()
    codes = concurrent_error_codes(*[lambda: journey.register(person)] * 8)
    assert sorted(codes, key=bool) == [None] + [ErrorCode.EMAIL_ALREADY_EXISTS] * 7
    found = api.call("account.get_account_identities_by_email", query={"email": person.email}).must_succeed().data
    assert len(found["Data"]) == 1


@pytest.mark.rule("registration.user_name_is_unique")
def test_registered_username_is_refused(journey: Journey) -> None:
    holder = journey.verified_person("username")
    with expect_error(ErrorCode.USERNAME_ALREADY_EXISTS):
        journey.register(journey.new_person(), UserName=holder.username)


@pytest.mark.rule("registration.email_must_be_well_formed")
@pytest.mark.parametrize("address", ["plain", "@example.com", "somebody@", "two@at@example.com"])
def test_malformed_email_is_refused_at_registration(journey: Journey, address: str) -> None:
    with expect_error(ErrorCode.VALID_EMAIL_REQUIRED):
        journey.register(journey.new_person(), Email=[{"Type": "Primary", "Value": address}])


@pytest.mark.preset("default", registration_disabled=True)
@pytest.mark.rule("registration.can_be_switched_off")
def test_registration_is_refused_when_disabled(journey: Journey) -> None:
    with expect_error(ErrorCode.REGISTRATION_DISABLED):
        journey.register(journey.new_person())


@pytest.mark.preset("default", minimum_age=18)
@pytest.mark.rule("registration.age_limit_is_applied")
def test_minimum_age_is_enforced_at_registration(journey: Journey) -> None:
    soon = journey.client.clock.now() + timedelta(days=2)
    leap_day = (soon.month, soon.day) == (2, 29)
    birthday = (soon + timedelta(days=leap_day)).replace(year=soon.year - 18)
    with expect_error(ErrorCode.AGE_BELOW_MINIMUM):
        journey.register(journey.new_person(), BirthDate=f"{birthday:%m-%d-%Y}")
    grown_up = birthday - timedelta(days=30)
    journey.register(journey.new_person(), BirthDate=f"{grown_up:%m-%d-%Y}")


@pytest.mark.preset("default", blocked_email_domains=["example.org", "unwelcome@example.com"])
@pytest.mark.rule("registration.restrictions_are_applied")
@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("unwelcome@example.com", ErrorCode.EMAIL_NOT_ALLOWED),
        ("anybody@example.org", ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED),
    ],
)
def test_blocked_email_domain_is_refused_at_registration(journey: Journey, address: str, code: int) -> None:
    with expect_error(code):
        journey.register(journey.new_person(), Email=[{"Type": "Primary", "Value": address}])
    journey.register(journey.new_person())


@pytest.mark.rule("registration.captcha_form_needs_no_sott")
def test_captcha_registers_without_a_sott(journey: Journey, captcha: str) -> None:
    person = journey.new_person()
    journey.registration.with_captcha(person, captcha)
    assert journey.accounts.find(person)["Email"] == [{"Type": "Primary", "Value": person.email}]


@pytest.mark.rule("registration.captcha_form_refuses_wrong_answer")
@pytest.mark.parametrize("answer", ["wrong", ""])
def test_wrong_captcha_is_refused_at_registration(journey: Journey, answer: str) -> None:
    person = journey.new_person()
    with expect_error(ErrorCode.CAPTCHA_MISSING_OR_INCORRECT):
        journey.registration.with_captcha(person, answer)
    assert not journey.registration.is_taken("email", person.email)


@pytest.mark.preset("default", server_side_validation=True)
@pytest.mark.rule("registration.failed_fields_are_listed")
def test_validation_error_names_the_field(journey: Journey) -> None:
    with expect_error(ErrorCode.FIELD_VALIDATION_FAILED) as refusal:
        journey.register(journey.new_person(), Password="short1!")
    assert refusal.reply is not None
    assert [error["FieldName"] for error in refusal.reply.data["Errors"]] == ["Password"]


@pytest.mark.rule("registration.privileged_members_are_ignored")
def test_registration_ignores_protected_members(journey: Journey) -> None:
    person = journey.new_person()
    claims = {"EmailVerified": True, "IsActive": False, "Roles": ["Administrator"], "Uid": "chosen-by-me"}
    journey.register(person, **claims, Provider="Google", NoOfLogins=99)
    profile = journey.accounts.find(person)
    assert {name: profile[name] for name in ("EmailVerified", "IsActive", "Roles", "Provider", "NoOfLogins")} == {
        "EmailVerified": False, "IsActive": True, "Roles": None, "Provider": "Email", "NoOfLogins": 0,
    }  # fmt: skip
    assert profile["Uid"] != claims["Uid"]


@pytest.mark.preset("phone-login")
@pytest.mark.rule("registration.lookups_are_truthful")
def test_availability_can_be_checked_before_registration(journey: Journey) -> None:
    person = journey.new_person()
    names = {"email": person.email, "username": person.username, "phone": person.phone}
    assert [journey.registration.is_taken(kind, value) for kind, value in names.items()] == [False, False, False]
    journey.register(person, UserName=person.username, PhoneId=person.phone)
    assert [journey.registration.is_taken(kind, value) for kind, value in names.items()] == [True, True, True]


@each_of("verification-optional", "verification-disabled")
@pytest.mark.rule("registration.session_counts_as_first_login")
def test_login_at_registration_is_counted(journey: Journey) -> None:
    answer = journey.register(journey.new_person()).data["Data"]["Profile"]
    assert (answer["NoOfLogins"], answer["FirstLogin"]) == (1, True)


@pytest.mark.preset("phone-login")
@pytest.mark.rule("registration.email_and_phone_register_together")
def test_email_and_phone_register_together(journey: Journey) -> None:
    person = journey.new_person()
    journey.register(person, PhoneId=person.phone)
    profile = journey.accounts.find(person)
    assert (profile["PhoneId"], profile["Email"][0]["Value"]) == (person.phone, person.email)


@pytest.mark.rule("registration.malformed_user_name_is_refused")
@pytest.mark.parametrize("name", ["two words", "x" * 33])
def test_malformed_username_is_refused_at_registration(journey: Journey, name: str) -> None:
    with expect_error(ErrorCode.USERNAME_LENGTH_OR_CHARACTERS_INVALID):
        journey.register(journey.new_person(), UserName=name)


@pytest.mark.rule("registration.referer_is_kept_as_source")
@pytest.mark.parametrize(
    ("headers", "source"), [({"Referer": "https://shop.example.com/"}, "https://shop.example.com/"), ({}, "API")]
)
def test_registration_source_is_stored(journey: Journey, api: Client, headers: dict[str, str], source: str) -> None:
    person = journey.new_person()
    body = {"Email": [{"Type": "Primary", "Value": person.email}], "Password": person.password}
    api.call("authentication.register_by_email", body=body, headers=headers).must_succeed()
    assert journey.accounts.find(person).get("RegistrationSource", source) == source  # not in the newest profiles


@pytest.mark.rule("registration.required_flow_leaves_address_unverified")
def test_new_email_is_unverified(journey: Journey) -> None:
    person = journey.new_person()
    journey.register(person)
    profile = journey.accounts.find(person)
    assert profile["EmailVerified"] is False
    assert profile["Email"] == [{"Type": "Primary", "Value": person.email}]


@pytest.mark.preset("security-questions")
@pytest.mark.rule("registration.security_answers_are_stored")
def test_security_answer_is_accepted_at_registration(journey: Journey) -> None:
    person = journey.new_person()
    journey.register(person, SecurityQuestionAnswer={journey.question_id: person.answer})
    assert journey.password_reset.questions(person) == [journey.question_id]


@pytest.mark.preset("phone-login")
@pytest.mark.rule("registration.suppressed_message_is_not_sent")
def test_phone_registration_can_suppress_the_sms(journey: Journey, api: Client, control: EmulatorClient) -> None:
    person = journey.new_person()
    body = {"PhoneId": person.phone, "Password": person.password}
    query = {"options": "preventverificationsms"}
    api.call("phone.register_by_phone", query=query, body=body).must_succeed()
    assert control.outbox(to=person.phone) == []
