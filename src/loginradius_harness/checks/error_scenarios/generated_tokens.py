"""Tokens and codes that management generates, by type (product-facts.md#account-management)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from loginradius_harness.checks.error_scenarios import error_scenario, operations_matching
from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts.codes import ErrorCode

Json = Any

MAIL, SMS = operations_matching("account.generate_email_token"), operations_matching("account.generate_sms_otp")


def of_type(kind: str, *, waiting: bool = False, **members: str) -> Callable[[PreparedRequest], dict[str, Json]]:
    """Return a request for another type; its body has members prepared by name, e.g. `Uid="person.uid"`.

    `waiting` is for types that log a waiting device in: it has a client GUID.
    """

    def arrange(prepared: PreparedRequest) -> dict[str, Json]:
        (parameter,) = prepared.path
        body = {member: prepared.preconditions.value(name) for member, name in members.items()}
        return {"path": {parameter: kind}, "body": body | ({"ClientGuid": str(uuid4())} if waiting else {})}

    return arrange


UNKNOWN_EMAIL = of_type("onetouchlogin", waiting=True, Email="fresh.email")
KNOWN_EMAIL = of_type("onetouchlogin", waiting=True, Email="person.email")
UNKNOWN_PHONE = of_type("onetouchlogin", Phone="fresh.phone")

for _code, _description, _settings, _arrange in (
    (
        ErrorCode.EMAIL_VERIFICATION_DISABLED,
        "no verification flow",
        {"email_verification": "disabled"},
        of_type("emailverification", Email="person.email"),
    ),
    (
        ErrorCode.PASSWORDLESS_LOGIN_DISABLED,
        "passwordless off",
        {"passwordless": False},
        of_type("passwordlesslogin", Email="person.email"),
    ),
    (
        ErrorCode.SMART_LOGIN_DISABLED,
        "smart login off",
        {"smart_login": False},
        of_type("autologin", waiting=True, Email="person.email"),
    ),
    (ErrorCode.ONE_TOUCH_LOGIN_DISABLED, "one touch off", {"one_touch": False}, KNOWN_EMAIL),
    (ErrorCode.AGE_BELOW_MINIMUM, "too young", {"minimum_age": 18}, UNKNOWN_EMAIL),
    (ErrorCode.REGISTRATION_DISABLED, "registration off", {"registration_disabled": True}, UNKNOWN_EMAIL),
    (ErrorCode.PIN_LOGIN_DISABLED, "PIN off", {"pin": False}, of_type("forgotpin", Email="person.email")),
    (
        ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED,
        "domain not allowed",
        {"blocked_email_domains": ["example.com"]},
        UNKNOWN_EMAIL,
    ),
):
    error_scenario(_code, _description, after=_settings, where=MAIL)(_arrange)

for _code, _description, _settings, _arrange in (
    (
        ErrorCode.PASSWORDLESS_LOGIN_DISABLED,
        "passwordless off",
        {"passwordless": False},
        of_type("passwordlesslogin", Phone="person.phone"),
    ),
    (
        ErrorCode.SMART_LOGIN_DISABLED,
        "smart login off",
        {"smart_login": False},
        of_type("smartlogin", Phone="person.phone"),
    ),
    (ErrorCode.ONE_TOUCH_LOGIN_DISABLED, "one touch off", {"one_touch": False}, UNKNOWN_PHONE),
    (ErrorCode.AGE_BELOW_MINIMUM, "too young", {"minimum_age": 18}, UNKNOWN_PHONE),
    (ErrorCode.REGISTRATION_DISABLED, "registration off", {"registration_disabled": True}, UNKNOWN_PHONE),
    (ErrorCode.PIN_LOGIN_DISABLED, "PIN off", {"pin": False}, of_type("forgotpin", Phone="person.phone")),
):
    error_scenario(_code, _description, after=_settings, where=SMS)(_arrange)

error_scenario(ErrorCode.EMAIL_ALREADY_EXISTS, "address taken", where=MAIL)(
    of_type("addemail", Uid="person.uid", Email="other.email")
)
error_scenario(ErrorCode.EMAIL_UID_OR_PHONE_REQUIRED, "no account named", where=MAIL)(of_type("forgotpassword"))
error_scenario(ErrorCode.EMAIL_UID_OR_PHONE_REQUIRED, "no account named", where=SMS)(of_type("forgotpassword"))
error_scenario(ErrorCode.VERIFICATION_TOKEN_EMAIL_ALREADY_VERIFIED, "verified already", where=MAIL)(
    of_type("emailverification", Email="person.email")
)
error_scenario(ErrorCode.CLIENT_GUID_INVALID, "no client GUID", where=MAIL)(
    of_type("onetouchlogin", Email="person.email")
)
error_scenario(ErrorCode.TOKEN_TYPE_INVALID, "type unknown", where=MAIL)(of_type("postcard", Email="person.email"))
error_scenario(ErrorCode.SMS_OTP_TYPE_INVALID, "type unknown", where=SMS)(of_type("postcard", Phone="person.phone"))
error_scenario(ErrorCode.PHONE_MISSING, "no number named", where=SMS)(of_type("addphone", Uid="person.uid"))
error_scenario(ErrorCode.PHONE_ALREADY_EXISTS, "number taken", where=SMS)(
    of_type("addphone", Uid="person.uid", Phone="person.phone")
)
error_scenario(ErrorCode.PHONE_ALREADY_VERIFIED, "confirmed already", where=SMS)(
    of_type("phoneidverification", Phone="person.phone")
)
error_scenario(ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL, "unknown address", where=MAIL)(
    of_type("emailverification", Uid="person.uid", Email="fresh.email")
)


@error_scenario(ErrorCode.CLIENT_GUID_ALREADY_USED, "client GUID used", where=MAIL)
def client_guid_used(prepared: PreparedRequest) -> dict[str, Json]:
    """Use the client GUID of a device that waits already."""
    changes = KNOWN_EMAIL(prepared)
    prepared.send(**changes)
    return changes


@error_scenario(ErrorCode.EMAIL_TYPE_ALREADY_EXISTS, "address added already", where=MAIL)
def address_added_already(prepared: PreparedRequest) -> dict[str, Json]:
    """Add an address of the account again."""
    add = of_type("addemail", Uid="person.uid", Email="fresh.email")
    prepared.send(**add(prepared))
    return add(prepared)


@error_scenario(ErrorCode.ACCOUNT_BLOCKED, "account blocked", where=MAIL)
def account_blocked(prepared: PreparedRequest) -> dict[str, Json]:
    """Block the account: no device may wait for it."""
    prepared.tenant.journey.accounts.update(prepared.preconditions.value("person").uid, IsActive=False)
    return KNOWN_EMAIL(prepared)


@error_scenario(ErrorCode.ACCOUNT_LOGIN_DISABLED, "login disabled", where=MAIL)
def login_disabled(prepared: PreparedRequest) -> dict[str, Json]:
    """Disable its login: no device may wait for it."""
    prepared.tenant.journey.accounts.update(prepared.preconditions.value("person").uid, DisableLogin=True)
    return KNOWN_EMAIL(prepared)


@error_scenario(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE, "no e-mail profile", where=MAIL)
def no_email_profile(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account registered by phone."""
    person = prepared.tenant.journey.new_person()
    made = prepared.tenant.journey.accounts.create(person, Email=None, PhoneId=person.phone)
    return {"path": {"tokentype": "forgotpassword"}, "body": {"Uid": made.uid}}


@error_scenario(ErrorCode.ACCOUNT_HAS_NO_PHONE, "no number", where=SMS)
def no_number(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account without a phone number."""
    made = prepared.tenant.journey.accounts.create(prepared.tenant.journey.new_person())
    return {"path": {"smsotptype": "forgotpassword"}, "body": {"Uid": made.uid}}
