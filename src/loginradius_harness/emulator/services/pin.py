"""PINs: which ones a tenant takes, setting one, proving one (product-facts.md#pin)."""

from typing import Literal

from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.login import check_lock, require_usable_account
from loginradius_harness.emulator.state.accounts import Account, Pin

PinEvent = Literal["SetPIN", "ChangePIN", "ResetPIN"]


def require_pin_login(call: RequestContext) -> None:
    """1233 where the tenant has no PINs."""
    if not call.settings.pin:
        raise ApiError(1233)


def require_pin(account: Account) -> str:
    """The hash of the person's PIN; 1235 where there is none."""
    if account.pin is None or account.pin.hash is None:
        raise ApiError(1235)
    return account.pin.hash


async def check_pin(call: RequestContext, account: Account, pin: str, wrong: int = 1236) -> None:
    """The PIN as a proof: 991, 1130, the lock's code, 1235, `wrong`; a wrong PIN counts towards the lock."""
    require_usable_account(account)
    check_lock(call, account)
    right = await call.tenant.passwords.matches(pin, require_pin(account))
    check_lock(call, account)
    if not right:
        raise call.tenant.lockout.fail(account, call.settings, wrong)
    call.tenant.lockout.succeed(account)


async def set_pin(call: RequestContext, account: Account, pin: str, event: PinEvent) -> None:
    """A new PIN, told to the subscribers of `event`; 1134 for one that is too short or too long."""
    low, high = call.settings.pin_min_length, call.settings.pin_max_length
    if not low <= len(pin) <= high:
        message = f"The PIN must have {low} to {high} characters."
        raise ApiError(1134, Errors=[{"FieldName": "PIN", "ErrorMessage": message}])
    hashed = await call.tenant.passwords.hash(pin, call.settings.hash_rounds)
    account.pin = Pin(hash=hashed, changed=call.now)
    account.modified = call.now
    call.tenant.webhooks.fire(event, account)
