"""Signing up by e-mail: what a newcomer gets, and when the door is shut."""

from datetime import timedelta

import pytest

from loginradius_harness.checks.support.concurrency import run_concurrently
from loginradius_harness.checks.support.presets import each_of
from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person


@pytest.mark.rule("registration.required_flow_answers_no_token")
def test_who_must_confirm_the_address_is_not_let_in_by_signing_up(journey: Journey) -> None:
    answer = journey.register(journey.new_person()).data
    assert answer["IsPosted"] is True
    assert not answer.get("Data")


@each_of("verification-optional", "verification-disabled")
@pytest.mark.rule("registration.unforced_flow_answers_a_session")
def test_who_need_not_confirm_the_address_is_in_at_once(journey: Journey) -> None:
    person = journey.new_person()
    reply = journey.register(person)
    assert reply.data["IsPosted"] is True
    assert journey.profile(Session.of(reply))["Email"] == [{"Type": "Primary", "Value": person.email}]


@pytest.mark.preset("verification-optional")
@pytest.mark.rule(
    "registration.optional_flow_leaves_email_unverified", "login.unverified_email_is_accepted_where_optional"
)
def test_an_address_may_stay_unconfirmed_where_that_is_optional(journey: Journey) -> None:
    person = journey.new_person()
    journey.register(person)
    session = journey.log_in(person)
    assert journey.profile(session)["EmailVerified"] is False


@each_of("default", "verification-optional")
@pytest.mark.rule("registration.verification_mail_is_sent")
def test_a_newcomer_gets_one_mail_to_confirm_the_address(journey: Journey, control: EmulatorClient) -> None:
    person = journey.new_person()
    journey.register(person)
    mails = control.outbox(to=person.email)
    assert [mail["kind"] for mail in mails] == ["emailverification"]


@pytest.mark.preset("verification-disabled")
@pytest.mark.rule("registration.disabled_flow_only_welcomes")
def test_a_newcomer_gets_only_a_welcome_where_nothing_is_to_be_confirmed(
    journey: Journey, control: EmulatorClient
) -> None:
    person = journey.new_person()
    journey.register(person)
    assert [mail["kind"] for mail in control.outbox(to=person.email)] == ["welcome"]


@pytest.mark.rule(
    "registration.suppressed_mail_leaves_account_unverified", "registration.suppressed_message_is_not_sent"
)
def test_no_mail_does_not_mean_no_confirmation(journey: Journey, api: Client, control: EmulatorClient) -> None:
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
def test_nobody_signs_up_with_an_address_in_use_confirmed_or_not(journey: Journey, person: Person) -> None:
    unconfirmed = journey.new_person()
    journey.register(unconfirmed)
    for holder in (person, unconfirmed):
        with expect_error(ErrorCode.EMAIL_ALREADY_EXISTS):
            journey.register(holder)


@pytest.mark.rule("registration.parallel_registrations_make_one_account")
def test_signing_up_with_one_address_at_once_makes_one_account(journey: Journey, api: Client) -> None:
    person = journey.new_person()
    codes = run_concurrently(*[lambda: journey.register(person)] * 8)
    assert sorted(codes, key=bool) == [None] + [ErrorCode.EMAIL_ALREADY_EXISTS] * 7
    found = api.call("account.get_account_identities_by_email", query={"email": person.email}).must_succeed().data
    assert len(found["Data"]) == 1


@pytest.mark.rule("registration.user_name_is_unique")
def test_nobody_signs_up_with_a_user_name_in_use(journey: Journey) -> None:
    holder = journey.somebody("username")
    with expect_error(ErrorCode.USERNAME_ALREADY_EXISTS):
        journey.register(journey.new_person(), UserName=holder.username)


@pytest.mark.rule("registration.email_must_be_well_formed")
@pytest.mark.parametrize("address", ["plain", "@example.com", "somebody@", "two@at@example.com"])
def test_a_malformed_address_does_not_sign_up(journey: Journey, address: str) -> None:
    with expect_error(ErrorCode.VALID_EMAIL_REQUIRED):
        journey.register(journey.new_person(), Email=[{"Type": "Primary", "Value": address}])


@pytest.mark.preset("default", registration_disabled=True)
@pytest.mark.rule("registration.can_be_switched_off")
def test_nobody_signs_up_where_registration_is_off(journey: Journey) -> None:
    with expect_error(ErrorCode.REGISTRATION_DISABLED):
        journey.register(journey.new_person())


@pytest.mark.preset("default", minimum_age=18)
@pytest.mark.rule("registration.age_limit_is_applied")
def test_a_minor_does_not_sign_up_where_there_is_an_age_limit(journey: Journey) -> None:
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
def test_an_unwelcome_address_does_not_sign_up(journey: Journey, address: str, code: int) -> None:
    with expect_error(code):
        journey.register(journey.new_person(), Email=[{"Type": "Primary", "Value": address}])
    journey.register(journey.new_person())


@pytest.mark.rule("registration.captcha_form_needs_no_sott")
def test_a_solved_captcha_signs_up_without_a_sott(journey: Journey, captcha: str) -> None:
    person = journey.new_person()
    journey.registration.with_captcha(person, captcha)
    assert journey.accounts.find(person)["Email"] == [{"Type": "Primary", "Value": person.email}]


@pytest.mark.rule("registration.captcha_form_refuses_wrong_answer")
@pytest.mark.parametrize("answer", ["wrong", ""])
def test_an_unsolved_captcha_does_not_sign_up(journey: Journey, answer: str) -> None:
    person = journey.new_person()
    with expect_error(ErrorCode.CAPTCHA_MISSING_OR_INCORRECT):
        journey.registration.with_captcha(person, answer)
    assert not journey.registration.is_taken("email", person.email)


@pytest.mark.preset("default", server_side_validation=True)
@pytest.mark.rule("registration.failed_fields_are_listed")
def test_a_form_that_breaks_a_rule_is_told_which_field(journey: Journey) -> None:
    with expect_error(ErrorCode.FIELD_VALIDATION_FAILED) as refusal:
        journey.register(journey.new_person(), Password="short1!")
    assert refusal.reply is not None
    assert [error["FieldName"] for error in refusal.reply.data["Errors"]] == ["Password"]


@pytest.mark.rule("registration.privileged_members_are_ignored")
def test_nobody_signs_up_as_more_than_a_newcomer(journey: Journey) -> None:
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
def test_a_sign_up_form_can_ask_what_is_still_free(journey: Journey) -> None:
    person = journey.new_person()
    names = {"email": person.email, "username": person.username, "phone": person.phone}
    assert [journey.registration.is_taken(kind, value) for kind, value in names.items()] == [False, False, False]
    journey.register(person, UserName=person.username, PhoneId=person.phone)
    assert [journey.registration.is_taken(kind, value) for kind, value in names.items()] == [True, True, True]


@each_of("verification-optional", "verification-disabled")
@pytest.mark.rule("registration.session_counts_as_first_login")
def test_who_is_let_in_by_signing_up_has_logged_in_once(journey: Journey) -> None:
    answer = journey.register(journey.new_person()).data["Data"]["Profile"]
    assert (answer["NoOfLogins"], answer["FirstLogin"]) == (1, True)


@pytest.mark.preset("phone-login")
@pytest.mark.rule("registration.email_and_phone_register_together")
def test_an_address_and_a_number_sign_up_together(journey: Journey) -> None:
    person = journey.new_person()
    journey.register(person, PhoneId=person.phone)
    profile = journey.accounts.find(person)
    assert (profile["PhoneId"], profile["UnverifiedEmail"][0]["Value"]) == (person.phone, person.email)


@pytest.mark.rule("registration.malformed_user_name_is_refused")
@pytest.mark.parametrize("name", ["two words", "x" * 33])
def test_a_malformed_user_name_does_not_sign_up(journey: Journey, name: str) -> None:
    with expect_error(ErrorCode.USERNAME_LENGTH_OR_CHARACTERS_INVALID):
        journey.register(journey.new_person(), UserName=name)


@pytest.mark.rule("registration.referer_is_kept_as_source")
@pytest.mark.parametrize(
    ("headers", "source"), [({"Referer": "https://shop.example.com/"}, "https://shop.example.com/"), ({}, "API")]
)
def test_where_a_newcomer_came_from_is_kept(
    journey: Journey, api: Client, headers: dict[str, str], source: str
) -> None:
    person = journey.new_person()
    body = {"Email": [{"Type": "Primary", "Value": person.email}], "Password": person.password}
    api.call("authentication.register_by_email", body=body, headers=headers).must_succeed()
    assert journey.accounts.find(person)["RegistrationSource"] == source


@pytest.mark.rule("registration.required_flow_lists_address_as_unverified")
def test_a_newcomers_address_counts_as_unconfirmed(journey: Journey) -> None:
    person = journey.new_person()
    journey.register(person)
    profile = journey.accounts.find(person)
    assert profile["EmailVerified"] is False
    assert profile["UnverifiedEmail"] == [{"Type": "Primary", "Value": person.email}]


@pytest.mark.preset("security-questions")
@pytest.mark.rule("registration.security_answers_are_stored")
def test_a_newcomer_may_answer_a_security_question(journey: Journey) -> None:
    person = journey.new_person()
    journey.register(person, SecurityQuestionAnswer={journey.question_id: person.answer})
    assert journey.recovery.questions(person) == [journey.question_id]


@pytest.mark.preset("phone-login")
@pytest.mark.rule("registration.suppressed_message_is_not_sent")
def test_a_number_signs_up_without_an_sms_on_request(journey: Journey, api: Client, control: EmulatorClient) -> None:
    person = journey.new_person()
    body = {"PhoneId": person.phone, "Password": person.password}
    query = {"options": "preventverificationsms"}
    api.call("phone.register_by_phone", query=query, body=body).must_succeed()
    assert control.outbox(to=person.phone) == []
