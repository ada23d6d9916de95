"""Backup codes: ten at a time, each valid for one login (product-facts.md#mfa-settings)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account

Json = Any


@handles("mfa.get_backup_codes_by_access_token")
def get_own(call: RequestContext) -> Json:
    """Generate the first set.

    Raise BACKUP_CODES_ALREADY_EXIST once there is one.
    """
    return _first_set(call, call.account)


@handles("mfa.get_backup_codes_by_uid")
def get_of_user(call: RequestContext) -> Json:
    """Generate the first set of any user."""
    return _first_set(call, call.tenant.managed_account(call.query["uid"]))


@handles("mfa.reset_backup_codes_by_access_token")
def reset_own(call: RequestContext) -> Json:
    """Generate a new set; the old one is no longer valid."""
    return _new_set(call, call.account)


@handles("mfa.reset_backup_codes_by_uid")
def reset_of_user(call: RequestContext) -> Json:
    """Generate a new set for any user."""
    return _new_set(call, call.tenant.managed_account(call.query["uid"]))


def _first_set(call: RequestContext, account: Account) -> Json:
    call.tenant.factors.require_mfa()
    if account.factors is not None and account.factors.backup_codes:
        raise ApiError(ErrorCode.BACKUP_CODES_ALREADY_EXIST)
    return _new_set(call, account)


def _new_set(call: RequestContext, account: Account) -> Json:
    """Generate a set.

    Raise ACCOUNT_HAS_NO_SECOND_FACTOR for a user who has no factor that the codes could replace.
    """
    call.tenant.factors.require_mfa()
    if not call.tenant.factors.enrolled(account):
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_SECOND_FACTOR)
    return {"BackUpCodes": call.tenant.factors.new_backup_codes(account)}
