"""Passkeys, and ceremonies that have begun."""

from loginradius_harness.client.passkey_device import CreatedPasskey, PasskeyDevice, SignedChallenge
from loginradius_harness.preconditions.registry import Json, Preconditions, precondition


@precondition("passkey", needs=["session"])
def passkey(preconditions: Preconditions) -> PasskeyDevice:
    """Add a passkey to the person's account; return the device that has it."""
    device = preconditions.journey.passkeys.device()
    listed = preconditions.journey.passkeys.add(preconditions.value("session"), device)
    preconditions.put("passkey_id", listed[-1]["Id"])
    return device


@precondition("passkey_id", needs=["passkey"])
def passkey_id(preconditions: Preconditions) -> str:
    """Return the id under which the person's passkey is listed."""
    preconditions.value("passkey")
    return str(preconditions.value("passkey_id"))


@precondition("passkey_factor", needs=["session"])
def passkey_factor(preconditions: Preconditions) -> PasskeyDevice:
    """Enrol a passkey as second factor; return the device that has it."""
    device = preconditions.journey.passkeys.device()
    preconditions.journey.passkeys.enrol_factor(preconditions.value("session"), device)
    return device


@precondition("passkey_reset.token", needs=["passkey"])
def passkey_reset_token(preconditions: Preconditions) -> str:
    """Return the token of a mail to replace a lost passkey."""
    preconditions.value("passkey")
    return preconditions.journey.passkeys.ask_for_reset(preconditions.value("person"))


@precondition("registered_passkey", needs=["fresh.email"])
def registered_passkey(preconditions: Preconditions) -> CreatedPasskey:
    """Begin a registration; return the passkey for it."""
    return _created(preconditions, "passkey.register_begin", query={"identifier": preconditions.value("fresh.email")})


@precondition("added_passkey", needs=["session"])
def added_passkey(preconditions: Preconditions) -> CreatedPasskey:
    """Begin to add a passkey; return it."""
    return _created(preconditions, "passkey.add_begin", token=preconditions.value("session").token)


@precondition("replaced_passkey", needs=["passkey_reset.token"])
def replaced_passkey(preconditions: Preconditions) -> CreatedPasskey:
    """Begin to replace a lost passkey; return the new one."""
    return _created(preconditions, "passkey.reset_begin", query={"vtoken": preconditions.value("passkey_reset.token")})


@precondition("factor_passkey", needs=["session"])
def factor_passkey(preconditions: Preconditions) -> CreatedPasskey:
    """Begin to enrol a passkey as second factor; return it."""
    operation = "mfa.register_passkey_begin_by_access_token"
    return _created(preconditions, operation, token=preconditions.value("session").token)


@precondition("enrolled_passkey", needs=["second_factor_token"])
def enrolled_passkey(preconditions: Preconditions) -> CreatedPasskey:
    """Begin to enrol a passkey during a login; return it."""
    return _created(preconditions, "mfa.register_passkey_begin", query=_challenge(preconditions))


@precondition("login_passkey", needs=["passkey"])
def login_passkey(preconditions: Preconditions) -> SignedChallenge:
    """Begin a login by passkey; return its signed challenge."""
    device = preconditions.value("passkey")
    query = {"identifier": preconditions.value("person").email}
    return _signed(preconditions, device, "passkey.login_begin", query=query)


@precondition("autofill_passkey", needs=["passkey"])
def autofill_passkey(preconditions: Preconditions) -> SignedChallenge:
    """Begin a login by autofill; return its signed challenge."""
    return _signed(preconditions, preconditions.value("passkey"), "passkey.login_autofill_begin")


@precondition("proved_passkey", needs=["passkey_factor", "second_factor_token"])
def proved_passkey(preconditions: Preconditions) -> SignedChallenge:
    """Begin to prove the factor; return its signed challenge."""
    device = preconditions.value("passkey_factor")
    return _signed(preconditions, device, "mfa.verify_passkey_begin", query=_challenge(preconditions))


def _challenge(preconditions: Preconditions) -> dict[str, Json]:
    return {"secondFactorAuthenticationToken": preconditions.value("second_factor_token")}


def _created(preconditions: Preconditions, operation: str, **request: Json) -> CreatedPasskey:
    passkeys = preconditions.journey.passkeys
    return passkeys.device().create(passkeys.begin(operation, **request))


def _signed(preconditions: Preconditions, device: PasskeyDevice, operation: str, **request: Json) -> SignedChallenge:
    return device.sign(preconditions.journey.passkeys.begin(operation, **request))
