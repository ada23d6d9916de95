"""The verbs, on an emulator: the tenant's side of each is tested in its own room."""

from collections.abc import Callable

import httpx
import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ContractViolationError
from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import new_password, new_phone
from loginradius_harness.mailbox.mailbox import ApiMailbox
from loginradius_harness.tenants import TenantProvider
from tests.scripted_tenant import ScriptedTenant


def test_story_of_issue_one_account(tenants: TenantProvider) -> None:
    journey = tenants.for_preset("mfa-optional").journey
    person = journey.new_person()
    journey.register(person)
    with expect_error(ErrorCode.EMAIL_NOT_VERIFIED):
        journey.mfa.first_factor(person)
    journey.confirm_email(person)
    app = journey.enrol_totp(journey.mfa.log_in(person))
    codes = journey.backup_codes(journey.log_in_with_totp(person, app))
    journey.log_in_with_backup_code(person, codes[0])
    with expect_error(ErrorCode.BACKUP_CODES_NOT_CONFIGURED, ErrorCode.BACKUP_CODE_INCORRECT_OR_USED):
        journey.log_in_with_backup_code(person, codes[0])
    journey.forget_password(person)
    renewed = journey.reset_password(person, new_password())
    with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
        journey.mfa.begin(person)
    session = journey.log_in_with_totp(renewed, app)
    journey.log_out(session)
    assert not journey.token_is_live(session)


def test_link_or_code_of_the_mail_is_used_as_it_comes(tenants: TenantProvider) -> None:
    journey = tenants.for_preset("otp-verification").journey
    person = journey.new_person()
    journey.register(person)
    journey.confirm_email(person)
    journey.forget_password(person)
    assert journey.log_in(journey.reset_password(person, new_password())).token


def test_own_profile_is_read_and_changed(tenants: TenantProvider) -> None:
    journey = tenants.for_preset().journey
    person = journey.accounts.create(journey.new_person())
    session = journey.log_in(person)
    assert session.uid == person.uid
    assert journey.update_profile(session, Company="Analytical Engines")["Company"] == "Analytical Engines"
    assert journey.profile(session)["Company"] == "Analytical Engines"


def test_password_is_changed(tenants: TenantProvider) -> None:
    journey = tenants.for_preset().journey
    person = journey.accounts.create(journey.new_person())
    changed = journey.change_password(person, journey.log_in(person), new_password())
    with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
        journey.log_in(person)
    assert journey.log_in(changed).token


def test_time_passes_on_the_tenants_clock_and_the_client_sees_it(tenants: TenantProvider) -> None:
    context = tenants.create()
    before = context.client.clock.now()
    context.journey.let_time_pass(86_400)
    assert (context.client.clock.now() - before).total_seconds() == pytest.approx(86_400, abs=5)
    context.journey.register(context.journey.new_person())  # the SOTT is made by the moved clock
    context.close()


def test_only_a_moment_can_pass_where_no_clock_can_be_moved(client: Client) -> None:
    waits: list[float] = []
    journey = Journey(client, ApiMailbox(client), None, waits.append)
    journey.let_time_pass(30)
    assert waits == [30]
    with pytest.raises(ValueError, match="only pass on an emulator"):
        journey.let_time_pass(86_400)


def test_missing_challenge_breaks_the_story(tenants: TenantProvider) -> None:
    journey = tenants.for_preset("mfa-optional").journey
    person = journey.accounts.create(journey.new_person())
    with pytest.raises(ContractViolationError, match="a second factor is asked for"):
        journey.mfa.begin(person)


def test_unexpected_challenge_breaks_the_story(tenants: TenantProvider) -> None:
    journey = tenants.for_preset("mfa-required").journey
    person = journey.accounts.create(journey.new_person())
    with pytest.raises(ContractViolationError, match="no second factor is asked for"):
        journey.mfa.log_in(person)


def test_app_is_enrolled_by_answering_the_first_challenge(tenants: TenantProvider) -> None:
    journey = tenants.for_preset("mfa-required").journey
    person = journey.accounts.create(journey.new_person())
    challenge = journey.mfa.begin(person)
    app = journey.mfa.app_of(challenge)
    assert journey.mfa.answer_totp(challenge, app).token
    assert journey.mfa.begin(person).factors == {"totp"}


def test_each_other_factor_is_enrolled_and_answered(tenants: TenantProvider) -> None:
    journey = tenants.for_preset("mfa-optional").journey
    phone = new_phone()
    answers = {journey.configuration["SecurityQuestions"]["Questions"][0]["QuestionId"]: "Rotterdam"}
    by_sms, by_mail, by_answer = (journey.accounts.create(journey.new_person()) for _ in range(3))
    journey.mfa.enrol_sms(journey.accounts.log_in(by_sms), phone)
    journey.mfa.enrol_email(journey.accounts.log_in(by_mail), by_mail.email)
    journey.mfa.enrol_answers(journey.accounts.log_in(by_answer), answers)
    assert journey.mfa.answer_sms(journey.mfa.begin(by_sms), phone).token
    assert journey.mfa.answer_email(journey.mfa.begin(by_mail), by_mail.email).token
    assert journey.mfa.answer_questions(journey.mfa.begin(by_answer), answers).token


def test_step_up_is_proved_and_checked(tenants: TenantProvider) -> None:
    journey = tenants.for_preset("step-up").journey
    person = journey.accounts.create(journey.new_person())
    session = journey.accounts.log_in(person)
    app = journey.enrol_totp(session)
    journey.reauthentication.check(person.uid, "mfa", journey.reauthentication.by_totp(session, app))
    journey.reauthentication.check(person.uid, "password", journey.reauthentication.by_password(session, person))


def test_pin_is_used_changed_and_reset(tenants: TenantProvider) -> None:
    journey = tenants.for_preset("pin").journey
    new = journey.new_person()
    person = journey.accounts.create(new, PINInfo={"PIN": new.pin, "Skipped": False})
    session = journey.log_in(person)
    assert journey.pins.log_in(person, session).token
    person = journey.pins.change(person, session, "246813")
    journey.pins.forget_by_email(person)
    person = journey.pins.reset_by_mail(person, "135792")
    assert journey.pins.log_in(person, session).token


def test_phone_is_registered_confirmed_and_changed(tenants: TenantProvider) -> None:
    journey = tenants.for_preset("phone-login").journey
    person = journey.new_person()
    journey.phones.register(person)
    session = journey.phones.confirm(person)
    phone = new_phone()
    journey.phones.ask_for_change(session, phone)
    person = journey.phones.confirm_change(person, session, phone)
    journey.password_reset.ask_by_phone(person)
    assert journey.log_in(journey.password_reset.reset_by_sms(person, new_password()), by="phone").token


def test_links_let_in(tenants: TenantProvider) -> None:
    journey = tenants.for_preset().journey
    person = journey.accounts.create(journey.new_person())
    journey.passwordless.ask_for_link(person)
    assert journey.passwordless.follow_link(person).uid == person.uid
    guid = journey.passwordless.begin_smart_login(person)
    with expect_error(ErrorCode.SMART_LOGIN_LINK_NOT_VERIFIED):
        journey.passwordless.ping_smart_login(guid)
    journey.passwordless.open_smart_login(person)
    assert journey.passwordless.ping_smart_login(guid).uid == person.uid
    stranger = journey.new_person().email
    guid = journey.passwordless.begin_one_touch(stranger)
    journey.passwordless.open_one_touch(stranger)
    assert journey.passwordless.ping_one_touch(guid).token


def test_addresses_come_and_go_and_so_does_the_account(tenants: TenantProvider) -> None:
    journey = tenants.for_preset().journey
    person = journey.accounts.create(journey.new_person())
    session, second = journey.log_in(person), journey.new_person().email
    journey.emails.add(session, second)
    journey.emails.confirm(second)
    journey.emails.remove(session, second)
    journey.emails.ask_for_deletion(session)
    journey.emails.confirm_deletion(person)
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        journey.log_in(person)


def test_refresh_token_is_rotated_and_revoked(tenants: TenantProvider) -> None:
    journey = tenants.for_preset().journey
    person = journey.accounts.create(journey.new_person())
    old = journey.log_in(person)
    new = journey.accounts.refresh(old)
    assert new.refresh_token not in {"", old.refresh_token}
    journey.accounts.revoke(new)
    with expect_error(ErrorCode.REFRESH_TOKEN_INVALID):
        journey.accounts.refresh(new)


def test_social_login_is_linked(tenants: TenantProvider) -> None:
    journey = tenants.for_preset("social").journey
    person = journey.accounts.create(journey.new_person())
    session = journey.accounts.log_in(person)
    granted = journey.social.new_user("google", email=journey.new_person().email)
    journey.social.link(session, journey.social.log_in("google", granted))
    journey.social.unlink(session, "google", granted["id"])


def test_phones_of_the_target_are_given_out_in_turn_and_never_shown(
    make_client: Callable[..., Client], tenant: ScriptedTenant
) -> None:
    client = make_client(phones=("+442071838750", "+442071838751"))
    journey = Journey(client, ApiMailbox(client))
    assert [journey.new_person().phone for _ in range(3)] == ["+442071838750", "+442071838751", "+442071838750"]
    tenant.will_answer(httpx.Response(200, json={"IsPosted": True}))
    exchange = client.call("phone.resend_otp", body={"phone": "+442071838750"}, check=False).exchange
    assert exchange.request_body == {"phone": "${PHONE_1}"}
