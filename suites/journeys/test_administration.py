"""Management reads and writes the tenant's settings, and the tenant behaves accordingly."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote, unquote
from uuid import uuid4

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse, expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

Json = Any
Change = Callable[..., Json]

pytestmark = pytest.mark.preset("administration")

CHANGES: dict[str, Json] = {
    "passkey_configuration": {"LocalEnrollment": True, "ProgressiveEnrollment": True, "ProgressiveEnrollmentDelay": 7},
    "password_policy": {"MaxPasswordHistory": 3, "ExpirationFrequency": 2, "ExpirationFrequencyType": "Weeks"},
    "domain_restriction": {"Allowlist": ["example.com"], "Blocklist": ["example.org"]},
    "ip_restriction": {"DeniedIPs": ["203.0.113.8"]},
    "captcha_configuration": {"EnabledCaptcha": "HCaptcha", "HCaptcha": {"SiteKey": "lrh-site"}},
    "second_factor_configuration": {"MinimumSecurityQuestionsToAsk": 2, "IsDuoAuthenticatorEnabled": True},
    "authenticator_configuration": {"IssuerId": "Example", "QRCodeWidth": 300},
    "duo_configuration": {"IsEnabled": True, "ClientId": "lrh-duo", "APIHost": "duo.example"},
    "push_configuration": {"IsEnabled": True, "NotificationService": "Native", "Message": "Do you log in?"},
}


@pytest.fixture
def change(journey: Journey) -> Iterator[Change]:
    """`change(document, **members)`: change settings, which are written back at the end; return the document."""
    with ExitStack() as kept:
        known: set[str] = set()

        def change(document: str, **members: Json) -> Json:
            if document not in known:
                kept.enter_context(journey.administration.kept(document))
                known.add(document)
            return journey.administration.write(document, **members)

        yield change


@pytest.mark.parametrize("document", CHANGES)
@pytest.mark.rule("administration.settings_are_read_as_written")
def test_settings_are_read_as_they_were_written(journey: Journey, change: Change, document: str) -> None:
    before = journey.administration.read(document)
    written = change(document, **CHANGES[document])
    assert written == before | CHANGES[document]
    assert journey.administration.read(document) == written


@pytest.mark.rule("administration.unnamed_settings_stay")
def test_setting_that_is_not_named_stays(journey: Journey, change: Change) -> None:
    before = change("password_policy", DictionaryPasswordValidation=True)
    body = {"ProfileDataPasswordExactMatch": True}
    changed = journey.administration.call("password_policy.update", body=body).must_succeed().data
    assert changed == journey.administration.read("password_policy") == before | body


@pytest.mark.rule("administration.password_policy_decides")
def test_shorter_password_than_the_policy_asks_is_refused(journey: Journey, change: Change) -> None:
    password = new_password()
    journey.register(journey.new_person(), Password=password)
    rules = f"min_length[{len(password) + 1}]|max_length[100]"
    change("password_policy", PasswordValidationRules=rules)
    assert rules in journey.administration.read("password_policy")["PasswordValidationRules"]
    with expect_error(ErrorCode.FIELD_VALIDATION_FAILED):
        journey.register(journey.new_person(), Password=password)
    journey.register(journey.new_person(), Password=password + "x")


@pytest.mark.rule("administration.password_policy_decides")
@pytest.mark.parametrize(
    ("member", "password"),
    [("CommonPasswordPreventionValidation", "password1"), ("ProfileDataPasswordValidation", "{first_name}-2031")],
)
def test_weak_password_is_refused_where_the_policy_says_so(
    journey: Journey, change: Change, member: str, password: str
) -> None:
    person = journey.new_person()
    chosen = password.format(first_name=person.first_name)
    change("password_policy", **{member: True})
    with expect_error(ErrorCode.PASSWORD_TOO_WEAK):
        journey.register(person, Password=chosen)
    change("password_policy", **{member: False})
    journey.register(person, Password=chosen)


@pytest.mark.rule("administration.password_policy_decides")
def test_former_password_is_refused_where_the_policy_says_so(journey: Journey, change: Change, person: Person) -> None:
    change("password_policy", MaxPasswordHistory=1)
    session = journey.log_in(person)
    changed = journey.change_password(person, session, new_password())
    with expect_error(ErrorCode.NEW_PASSWORD_NOT_ALLOWED):
        journey.change_password(changed, session, person.password)


@pytest.mark.rule("administration.passkey_switch_decides")
def test_passkeys_can_be_used_where_they_are_switched_on(journey: Journey, change: Change, person: Person) -> None:
    session, device = journey.log_in(person), journey.passkeys.device()
    change("passkey_configuration", IsEnabled=False)
    with expect_error(ErrorCode.PASSKEYS_DISABLED):
        journey.passkeys.add(session, device)
    change("passkey_configuration", IsEnabled=True, RPDisplayName="Example")
    journey.passkeys.add(session, device)
    assert journey.configuration["PassKeysConfig"]["RPDisplayName"] == "Example"


@pytest.mark.rule("administration.domain_restriction_decides")
def test_address_of_a_blocked_domain_does_not_register(journey: Journey, change: Change) -> None:
    person = journey.new_person()
    change("domain_restriction", Blocklist=[person.email.rpartition("@")[2]])
    with expect_error(ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED):
        journey.register(person)
    change("domain_restriction", Blocklist=[])
    journey.register(person)


@pytest.mark.rule("administration.ip_restriction_decides")
@pytest.mark.parametrize("lists", [{"DeniedIPs": ["203.0.113.7"]}, {"AllowedIPs": ["203.0.113.8"]}])
def test_refused_caller_is_let_in_again_after_a_reset(
    journey: Journey, change: Change, api: Client, lists: Json
) -> None:
    change("ip_restriction", **lists)
    headers = {"X-Origin-IP": "203.0.113.7"}
    api.call("role.list_roles", headers=headers).must_be_refused(ErrorCode.IP_ADDRESS_NOT_ALLOWED)
    journey.administration.call("ip_restriction.reset").must_succeed()
    assert not any(journey.administration.read("ip_restriction").values())
    api.call("role.list_roles", headers=headers).must_succeed()


@pytest.mark.rule("administration.captcha_decides")
def test_login_asks_for_a_captcha_where_it_is_switched_on(journey: Journey, change: Change, person: Person) -> None:
    change("captcha_configuration", IsEnabled=True)
    with expect_error(ErrorCode.CAPTCHA_MISSING_OR_INCORRECT):
        journey.log_in(person)
    change("captcha_configuration", IsEnabled=False)
    journey.log_in(person)


@pytest.mark.rule("administration.factors_decide")
def test_login_asks_for_a_second_factor_where_it_is_required(journey: Journey, change: Change, person: Person) -> None:
    change("second_factor_configuration", IsSecondFactorAuthenticatorEnabled=True)
    assert journey.mfa.first_factor(person).data["SecondFactorAuthentication"] is None
    change("second_factor_configuration", IsRequired=True, IsEmailOtpAuthenticatorEnabled=False)
    assert journey.mfa.first_factor(person).data["SecondFactorAuthentication"]
    factors = journey.configuration["TwoFactorAuthentication"]
    assert (factors["IsRequired"], factors["IsEmailOTPAuthenticator"]) == (True, False)


@pytest.mark.rule("administration.push_settings_decide")
@pytest.mark.parametrize("operation", ["push_configuration.create", "push_configuration.update"])
def test_push_is_offered_while_it_is_switched_on(
    journey: Journey, change: Change, person: Person, operation: str
) -> None:
    change("second_factor_configuration", IsSecondFactorAuthenticatorEnabled=True)
    before, session = change("push_configuration", IsEnabled=False), journey.log_in(person)
    with expect_error(ErrorCode.PUSH_FACTOR_NOT_CONFIGURED):
        journey.factor_devices.has_phone(session)
    changed = journey.administration.call(operation, body={"IsEnabled": True}).must_succeed().data
    assert changed == journey.administration.read("push_configuration") == before | {"IsEnabled": True}
    assert journey.factor_devices.has_phone(session) is False
    assert journey.configuration["TwoFactorAuthentication"]["IsPushAuthenticator"] is True


@pytest.mark.rule("administration.push_code_follows_settings")
def test_code_that_registers_a_phone_names_the_app_of_the_settings(
    journey: Journey, change: Change, person: Person
) -> None:
    change("second_factor_configuration", IsSecondFactorAuthenticatorEnabled=True)
    change("push_configuration", IsEnabled=True, CustomAppName="lrh-app", QRCodeWidth=321)
    code = journey.factor_devices.settings(journey.log_in(person))["PushQRCode"]
    assert "lrh-app" in code
    assert "321x321" in code


@pytest.mark.rule("administration.questions_follow_changes")
def test_security_question_can_be_answered_until_it_is_removed(journey: Journey) -> None:
    administration, text = journey.administration, f"lrh-question-{uuid4().hex[:12]}"
    question = administration.add_question(text)
    journey.accounts.create(journey.new_person(), SecurityQuestionAnswer={question: "blue"})
    assert administration.questions()[question] == text
    administration.change_question(question, f"{text}-changed")
    published = {known["QuestionId"]: known["Question"] for known in _published(journey)["Questions"]}
    assert published == administration.questions()
    assert published[question] == f"{text}-changed"
    administration.remove_question(question)
    assert question not in administration.questions()
    with expect_error(ErrorCode.SECURITY_QUESTION_ID_INVALID):
        journey.accounts.create(journey.new_person(), SecurityQuestionAnswer={question: "blue"})


@pytest.mark.rule("administration.question_count_is_told")
def test_configuration_tells_how_many_questions_are_asked(journey: Journey, change: Change) -> None:
    for count in (2, 1):
        change("security_question_count", RenderQuestionCount=count)
        assert _published(journey)["SecurityQuestionCount"] == count


@pytest.mark.rule("administration.unknown_question_is_refused")
def test_removed_question_is_unknown(journey: Journey) -> None:
    gone = journey.administration.add_question(f"lrh-question-{uuid4().hex[:12]}")
    journey.administration.remove_question(gone)
    for operation, body in (("update", {"question": "lrh-question"}), ("delete", None)):
        reply = journey.administration.call(f"security_question.{operation}", path={"question_id": gone}, body=body)
        reply.must_be_refused(ErrorCode.SECURITY_QUESTION_ID_INVALID)


@pytest.mark.preset("administration", sott_skew_seconds=0)
@pytest.mark.rule("sott.made_for_an_app_works")
def test_sott_of_an_app_registers_until_it_expires(journey: Journey, api: Client) -> None:
    before = journey.administration.sotts()
    made = journey.administration.make_sott(20)
    assert journey.administration.sotts() == [*before, made]
    journey.let_time_pass(20 * 60 - 20)
    _register_by(made["Sott"], journey, api).must_succeed()
    journey.let_time_pass(40)
    _register_by(made["Sott"], journey, api).must_be_refused(ErrorCode.SOTT_INVALID)


@pytest.mark.rule("sott.encoded_one_fits_an_address")
def test_encoded_sott_registers_once_it_is_decoded(journey: Journey, api: Client) -> None:
    made = journey.administration.make_sott(10, Encoded=True)
    assert made["IsEncoded"] is True
    decoded = unquote(made["Sott"])
    assert quote(decoded, safe="") == made["Sott"] != decoded
    _register_by(decoded, journey, api).must_succeed()


def _register_by(sott: str, journey: Journey, api: Client) -> ApiResponse:
    person = journey.new_person()
    body = {"Email": [{"Type": "Primary", "Value": person.email}], "Password": person.password}
    return api.call("authentication.register_by_email", credentials={"sott": sott}, body=body)


def _published(journey: Journey) -> Json:
    return journey.configuration["SecurityQuestions"]
