"""Passkeys that are off, missing, lost or wrong (product-facts.md#passkeys)."""

from typing import Any

from loginradius_harness.checks.error_scenarios import error_scenario, no_setup, operations_matching
from loginradius_harness.checks.error_scenarios.account import instead, uid_of
from loginradius_harness.checks.error_scenarios.payload import ELSEWHERE, HOME
from loginradius_harness.checks.error_scenarios.tokens import another
from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.client.passkey_device import base64url
from loginradius_harness.contracts.codes import ErrorCode

Json = Any

LONGER_THAN_A_CHALLENGE = 901.0  # seconds; also the life of the token between the two factors
REGISTRATION = operations_matching("passkey.register_finish")
LOGINS = operations_matching("passkey.login_*finish")
PROOFS = operations_matching("mfa.register_passkey_finish mfa.verify_passkey_finish")

for _code, _description, _settings in (
    (ErrorCode.PASSKEYS_DISABLED, "passkeys off", {"passkeys": False}),
    (ErrorCode.PASSKEYS_MISCONFIGURED, "origin elsewhere", {"passkey_origins": ["https://elsewhere.example"]}),
    (ErrorCode.PASSKEY_AUTOFILL_DISABLED, "button only", {"passkey_selection": "Button"}),
    (ErrorCode.PASSKEY_FACTOR_NOT_CONFIGURED, "passkeys no factor", {"mfa_passkey": False}),
):
    error_scenario(_code, _description, after=_settings)(no_setup)


@error_scenario(ErrorCode.PASSKEY_VERIFICATION_FAILED, "client data of another ceremony")
def foreign_client_data(prepared: PreparedRequest) -> dict[str, Json]:
    """Replace what the browser signed."""
    name = next(name for name in prepared.names if name.endswith(".client_data"))
    return prepared.replacing({prepared.preconditions.value(name): base64url(b'{"challenge": "none"}')})


@error_scenario(ErrorCode.ACCOUNT_HAS_NO_PASSKEY, "no passkey")
def no_passkey(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account without passkey."""
    return instead(prepared)


@error_scenario(
    ErrorCode.PASSKEY_LOGIN_REQUIRES_EMAIL_REGISTRATION, "phone only", where=operations_matching("passkey.login_begin")
)
def phone_only(prepared: PreparedRequest) -> dict[str, Json]:
    """Name an account that registered by phone."""
    person = prepared.tenant.journey.new_person()
    prepared.tenant.journey.accounts.create(person, Email=None, PhoneId=person.phone)
    return prepared.overriding("query", identifier=person.phone)


@error_scenario(
    ErrorCode.PASSKEY_LOGIN_REQUIRES_EMAIL_REGISTRATION,
    "phone only",
    where=operations_matching("passkey.register_begin"),
)
def registration_by_phone(prepared: PreparedRequest) -> dict[str, Json]:
    """Register with a phone number."""
    return prepared.overriding("query", identifier=prepared.tenant.journey.new_person().phone)


@error_scenario(ErrorCode.PASSKEY_ID_INVALID, "passkey unknown")
def passkey_unknown(prepared: PreparedRequest) -> dict[str, Json]:
    """Name a passkey that no account has."""
    return {"path": {"passkey_id": another(prepared.path["passkey_id"])}}


@error_scenario(ErrorCode.PASSKEY_RESET_URL_NOT_ALLOWED, "foreign URL", after=HOME)
def foreign_reset_url(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a foreign URL for the reset."""
    return prepared.overriding("query", resetPasskeyUrl=ELSEWHERE)


@error_scenario(
    ErrorCode.ACCOUNT_HAS_NO_PASSKEY_FACTOR, "no passkey enrolled", where=operations_matching("mfa.reset_passkey_*")
)
def no_passkey_enrolled(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account without a second factor."""
    return instead(prepared)


@error_scenario(
    ErrorCode.SECOND_FACTOR_REMOVAL_INVALID,
    "last factor",
    where=operations_matching("mfa.reset_passkey_authenticator_by_access_token"),
)
def last_factor(prepared: PreparedRequest) -> None:
    """Remove the other factor first."""
    prepared.tenant.journey.mfa_removal.remove_from(uid_of(prepared), "totp")


@error_scenario(ErrorCode.SECOND_FACTOR_TOKEN_EXPIRED, "too old", where=PROOFS)
def proof_too_old(prepared: PreparedRequest) -> None:
    """Advance the clock beyond the token's life."""
    prepared.tenant.journey.let_time_pass(LONGER_THAN_A_CHALLENGE)


@error_scenario(ErrorCode.LINK_ALREADY_USED, "used", where=operations_matching("passkey.reset_begin"))
def token_used(prepared: PreparedRequest) -> None:
    """Create a passkey with the token first."""
    passkeys = prepared.tenant.journey.passkeys
    passkeys.reset(prepared.query["vtoken"], passkeys.device())


@error_scenario(ErrorCode.LINK_EXPIRED, "too old", where=operations_matching("passkey.reset_finish"))
def token_too_old(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a token that expired when it was issued."""
    prepared.change_settings({"link_seconds": 0})
    token = prepared.tenant.journey.passkeys.ask_for_reset(prepared.preconditions.value("person"))
    return prepared.overriding("query", vtoken=token)


@error_scenario(ErrorCode.EMAIL_NOT_VERIFIED, "address unverified", where=LOGINS)
def address_unverified(prepared: PreparedRequest) -> None:
    """Make the address unverified."""
    prepared.tenant.journey.accounts.invalidate_email(uid_of(prepared))


@error_scenario(ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED, "mails used up", where=LOGINS)
def verification_mails_used_up(prepared: PreparedRequest) -> None:
    """Make the address unverified by the only mail that the tenant allows."""
    prepared.change_settings({"mail_limit": 1})
    address_unverified(prepared)


@error_scenario(ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED, "mails used up", where=REGISTRATION)
def registration_mails_used_up(prepared: PreparedRequest) -> None:
    """Send the only mail that the tenant allows to the new address first, as that of an account that is deleted."""
    accounts, address = prepared.tenant.journey.accounts, prepared.preconditions.value("fresh.email")
    email = [{"Type": "Primary", "Value": address}]
    owner = accounts.create(prepared.tenant.journey.new_person(), Email=email)
    prepared.change_settings({"mail_limit": 1})
    accounts.invalidate_email(owner.uid)
    accounts.delete(owner.uid)


@error_scenario(ErrorCode.EMAIL_ALREADY_EXISTS, "address taken", where=REGISTRATION)
def address_taken(prepared: PreparedRequest) -> None:
    """Let another user register the address in the meantime."""
    email = [{"Type": "Primary", "Value": prepared.preconditions.value("fresh.email")}]
    prepared.tenant.journey.accounts.create(prepared.tenant.journey.new_person(), Email=email)


@error_scenario(ErrorCode.EMAIL_DUPLICATED, "address twice", where=REGISTRATION)
def address_twice(prepared: PreparedRequest) -> dict[str, Json]:
    """Send the address twice."""
    return _addresses(prepared, ("Primary", prepared.preconditions.value("fresh.email")))


@error_scenario(ErrorCode.PRIMARY_EMAIL_DUPLICATED, "two primary addresses", where=REGISTRATION)
def two_primary_addresses(prepared: PreparedRequest) -> dict[str, Json]:
    """Send another primary address beside it."""
    return _addresses(prepared, ("Primary", prepared.tenant.journey.new_person().email))


def _addresses(prepared: PreparedRequest, further: tuple[str, str]) -> dict[str, Json]:
    kind, value = further
    return prepared.overriding("body", Email=[*prepared.body["Email"], {"Type": kind, "Value": value}])
