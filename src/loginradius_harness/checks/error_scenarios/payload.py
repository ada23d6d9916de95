"""A well-formed request with content that is refused: identifiers in use, weak passwords, foreign URLs.

Source: product-facts.md#tenant-configuration, #flows.
"""

from typing import Any

from loginradius_harness.checks.error_scenarios import error_scenario, no_setup, operations_matching
from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.people import Person

Json = Any

WRONG = "not the password"
ELSEWHERE = "https://elsewhere.example.net/"
HOME = {"allowed_urls": ["https://home.example.com/"]}


@error_scenario(ErrorCode.CREDENTIALS_INCORRECT, "wrong password")
@error_scenario(ErrorCode.REAUTHENTICATION_PASSWORD_INCORRECT, "wrong password")
def wrong_password(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a wrong password."""
    return prepared.overriding("body", password=WRONG)


@error_scenario(ErrorCode.CURRENT_PASSWORD_INCORRECT, "wrong current password")
def wrong_current_password(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a wrong current password."""
    return prepared.overriding("body", oldpassword=WRONG)


@error_scenario(ErrorCode.PIN_INCORRECT, "wrong PIN")
@error_scenario(ErrorCode.CURRENT_PIN_INCORRECT, "wrong PIN")
def wrong_pin(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a wrong PIN."""
    pin = prepared.preconditions.value("person").pin
    return prepared.replacing({pin: pin + "9"})


@error_scenario(ErrorCode.NEW_PASSWORD_NOT_ALLOWED, "password not new")
def password_not_new(prepared: PreparedRequest) -> dict[str, Json]:
    """Send the current password as the new one."""
    return prepared.replacing(
        {prepared.preconditions.value("fresh.password"): prepared.preconditions.value("person").password}
    )


error_scenario(
    ErrorCode.FIELD_VALIDATION_FAILED,
    "password too short",
    after={"server_side_validation": True, "password_min_length": 64},
)(no_setup)


@error_scenario(ErrorCode.FIELD_VALIDATION_FAILED, "PIN too short", where=operations_matching("pin.*"))
def pin_too_short(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a PIN of one digit."""
    return prepared.replacing({prepared.preconditions.value("fresh.pin"): "1"})


@error_scenario(ErrorCode.PASSWORD_TOO_WEAK, "password well known", after={"password_blocklist": True})
def password_well_known(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a common password."""
    return prepared.replacing({prepared.preconditions.value("fresh.password"): "password123"})


@error_scenario(ErrorCode.NEW_PASSWORD_BREACHED, "new password breached")
def new_password_breached(prepared: PreparedRequest) -> None:
    """Add the new password to the breached ones."""
    prepared.change_settings({"breached_passwords": [prepared.preconditions.value("fresh.password")]})


@error_scenario(ErrorCode.PASSWORD_BREACHED, "password breached")
@error_scenario(ErrorCode.BREACHED_PASSWORD_USED_AGAIN, "password breached", times=2)
def password_breached(prepared: PreparedRequest) -> None:
    """Add the current password to the breached ones."""
    prepared.change_settings({"breached_passwords": [prepared.preconditions.value("person").password]})


@error_scenario(ErrorCode.VERIFICATION_URL_NOT_ALLOWED, "foreign URL", after=HOME)
def foreign_url(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a foreign URL in every URL parameter of the operation."""
    known = (prepared.operation.query or {}).get("properties", {})
    return prepared.overriding("query", **{name: ELSEWHERE for name in known if name.lower().endswith("url")})


@error_scenario(ErrorCode.PIN_RESET_URL_NOT_ALLOWED, "foreign URL", after=HOME)
def foreign_pin_url(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a foreign URL for the PIN reset."""
    return prepared.overriding("query", resetPINUrl=ELSEWHERE)


@error_scenario(ErrorCode.EMAIL_ALREADY_EXISTS, "address taken")
def address_taken(prepared: PreparedRequest) -> dict[str, Json]:
    """Use the e-mail address of another account."""
    return _of_another(prepared, "email", Email=lambda other: [{"Type": "Primary", "Value": other.email}])


@error_scenario(ErrorCode.PHONE_ALREADY_EXISTS, "number taken")
def number_taken(prepared: PreparedRequest) -> dict[str, Json]:
    """Use the phone number of another account."""
    return _of_another(prepared, "phone", PhoneId=lambda other: other.phone)


@error_scenario(ErrorCode.USERNAME_ALREADY_EXISTS, "user name taken")
def user_name_taken(prepared: PreparedRequest) -> dict[str, Json]:
    """Use the user name of another account."""
    return _of_another(prepared, "username", UserName=lambda other: other.username)


def _of_another(prepared: PreparedRequest, kind: str, **member: Any) -> dict[str, Json]:
    """Replace the new identifier by another account's; add it to a profile that has none."""
    other = _another_account(prepared)
    if f"fresh.{kind}" in prepared.names:
        return prepared.replacing({prepared.preconditions.value(f"fresh.{kind}"): getattr(other, kind)})
    return prepared.overriding("body", **{name: value(other) for name, value in member.items()})


def _another_account(prepared: PreparedRequest) -> Person:
    new_person = prepared.tenant.journey.new_person()
    return prepared.tenant.journey.accounts.create(new_person, PhoneId=new_person.phone, UserName=new_person.username)


@error_scenario(
    ErrorCode.PHONE_ALREADY_EXISTS,
    "number taken meanwhile",
    where=operations_matching("phone.verify_by_otp_and_access_token"),
)
def number_taken_meanwhile(prepared: PreparedRequest) -> None:
    """Register the number on another account after the code was sent."""
    new_person = prepared.tenant.journey.new_person()
    prepared.tenant.journey.accounts.create(new_person, PhoneId=prepared.preconditions.value("phone_change"))


@error_scenario(ErrorCode.UID_ALREADY_EXISTS, "uid taken")
def uid_taken(prepared: PreparedRequest) -> dict[str, Json]:
    """Use the uid of another account."""
    other = _another_account(prepared)
    if "fresh.uid" in prepared.names:
        return prepared.replacing({prepared.preconditions.value("fresh.uid"): other.uid})
    return prepared.overriding("body", Uid=other.uid)


# Members of a profile that match its schema and are refused anyway.
ALIKE = [{"Type": "home"}, {"Type": "Home"}]
PROFILES: tuple[tuple[int, str, dict[str, Json]], ...] = (
    (ErrorCode.DATE_INVALID, "day that is none", {"BirthDate": "02/30/2000"}),
    (
        ErrorCode.CUSTOM_FIELD_INVALID,
        "too many custom fields",
        {"CustomFields": {f"field{number}": "1" for number in range(16)}},
    ),
    (ErrorCode.ADDRESS_TYPE_DUPLICATED, "two addresses of a type", {"Addresses": ALIKE}),
    (
        ErrorCode.PHONE_TYPE_DUPLICATED,
        "two numbers of a type",
        {"PhoneNumbers": [{"PhoneType": "home", "PhoneNumber": "1"}] * 2},
    ),
    (
        ErrorCode.EMAIL_DUPLICATED,
        "address twice",
        {"Email": [{"Type": kind, "Value": "lrh-a@example.com"} for kind in ("Primary", "Other")]},
    ),
    (
        ErrorCode.PRIMARY_EMAIL_DUPLICATED,
        "two primary addresses",
        {"Email": [{"Type": "Primary", "Value": f"lrh-{x}@example.com"} for x in "ab"]},
    ),
    (
        ErrorCode.MARKUP_NOT_ALLOWED,
        "script in a name",
        {"FirstName": "<script>alert(1)</script>", "name": "<script>alert(1)</script>"},
    ),
)


def _saying(**members: Json) -> Any:
    return lambda prepared: prepared.overriding("body", **members)


for _code, _description, _members in PROFILES:
    error_scenario(_code, _description)(_saying(**_members))

EXPIRY = {"rolecontext": [{"context": "lrh", "roles": [], "expiration": "02/30/2030 1:00:00 AM"}]}
error_scenario(ErrorCode.DATE_INVALID, "day that is none", where=operations_matching("role.*"))(_saying(**EXPIRY))


@error_scenario(ErrorCode.MARKUP_NOT_ALLOWED, "script in a name", where=operations_matching("one_touch_login.*_legacy"))
def script_in_the_query(prepared: PreparedRequest) -> dict[str, Json]:
    """Send the script in the query, as the legacy operation does."""
    return prepared.overriding("query", name="<script>alert(1)</script>")


def _is_profile(operation: Operation) -> bool:
    """Return whether the body is a profile, which may include security answers."""
    return isinstance(operation.body, dict) and operation.body.get("$ref") == "profile_input.json"


UNKNOWN = "0" * 32
error_scenario(ErrorCode.SECURITY_QUESTION_ID_INVALID, "question unknown", where=_is_profile)(
    _saying(SecurityQuestionAnswer={UNKNOWN: "blue"})
)


@error_scenario(
    ErrorCode.SECURITY_QUESTIONS_DISABLED, "no security questions", after={"security_questions": {}}, where=_is_profile
)
def answer_without_a_question(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a security answer to a tenant without security questions."""
    return prepared.overriding("body", SecurityQuestionAnswer={UNKNOWN: "blue"})


@error_scenario(ErrorCode.SECURITY_QUESTION_ID_INVALID, "question unknown")
def question_unknown(prepared: PreparedRequest) -> dict[str, Json]:
    """Send the id of an unknown security question."""
    return prepared.replacing({prepared.preconditions.value("question_id"): UNKNOWN})


PROVED = operations_matching(
    "*_by_security_answer_and_* *_and_security_answer *.validate_security_answers *.by_security_answers"
)


@error_scenario(ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT, "wrong answer", where=PROVED)
def wrong_answer(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a wrong security answer."""
    return prepared.replacing({prepared.preconditions.value("person").answer: "wrong"})


WHOLE = operations_matching(
    "custom_object.create_by_* custom_object.update_by_* mfa.reset_*authenticator_by_* phone.resend_otp"
    " phone.verify_by_otp reauthentication.by_authenticator_code"
)  # other defects of such a body have codes of their own


@error_scenario(ErrorCode.BODY_MALFORMED, "body too long", where=WHOLE)
def body_too_long(prepared: PreparedRequest) -> dict[str, Json]:
    """Send more than the tenant's limit of bytes."""
    return prepared.overriding(
        "body", filling="x" * prepared.preconditions.emulator_setting("max_body_bytes", "the bound of bodies")
    )


@error_scenario(
    ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT,
    "empty answer",
    where=operations_matching("mfa.set_security_answers*"),
)
def empty_answer(prepared: PreparedRequest) -> dict[str, Json]:
    """Send an empty security answer."""
    return prepared.replacing({prepared.preconditions.value("person").answer: ""})


@error_scenario(
    ErrorCode.EMAIL_TYPE_ALREADY_EXISTS, "address is new", where=operations_matching("authentication.update_profile")
)
def address_is_new(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a new address in a profile update, which cannot change addresses."""
    return prepared.overriding(
        "body", Email=[{"Type": "Primary", "Value": prepared.preconditions.value("fresh.email")}]
    )


@error_scenario(
    ErrorCode.EMAIL_TYPE_ALREADY_EXISTS, "two of a type", where=operations_matching("account.upsert_email_by_uid")
)
def two_of_a_type(prepared: PreparedRequest) -> dict[str, Json]:
    """Send two addresses of one type, neither of them primary."""
    return prepared.overriding("body", Email=[{"Type": "Work", "Value": f"lrh-{x}@example.com"} for x in "ab"])


@error_scenario(ErrorCode.CONSENT_FORM_INVALID, "option unknown", where=operations_matching("consent.*"))
def option_unknown(prepared: PreparedRequest) -> dict[str, Json]:
    """Send an option that the consent form does not have."""
    return prepared.replacing({prepared.preconditions.value("consent_option"): "no such option"})
