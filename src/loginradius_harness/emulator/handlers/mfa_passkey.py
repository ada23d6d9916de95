"""Passkeys as second factor (product-facts.md#passkeys)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import passkeys
from loginradius_harness.emulator.services.second_factor import Challenge, challenged
from loginradius_harness.emulator.state.accounts import Account, Passkey

Json = Any


@handles("mfa.register_passkey_begin")
def register_begin(call: RequestContext) -> Json:
    """Return the options to create the first factor of a user who logs in."""
    return _begin(call, _unenrolled(call).account)


@handles("mfa.register_passkey_finish")
def register_finish(call: RequestContext) -> Json:
    """Enrol the passkey and complete the login."""
    waiting = _unenrolled(call)
    _enrol(call, waiting.account)
    return waiting.finish()


def _unenrolled(call: RequestContext) -> Challenge:
    """Return the challenge of a user without any factor: a password alone must not add one beside another (inferred).

    Raise PASSKEY_FACTOR_NOT_CONFIGURED where passkeys are no factor, or a factor is enrolled.
    """
    waiting = challenged(call)
    call.tenant.factors.require_allowed("passkey")
    if waiting.enrolled:
        raise ApiError(ErrorCode.PASSKEY_FACTOR_NOT_CONFIGURED)
    return waiting


@handles("mfa.register_passkey_begin_by_access_token")
def register_begin_by_token(call: RequestContext) -> Json:
    """Return the options to create a passkey as factor."""
    call.tenant.factors.require_allowed("passkey")
    return _begin(call, call.account)


@handles("mfa.register_passkey_finish_by_access_token")
def register_finish_by_token(call: RequestContext) -> Json:
    """Enrol the passkey; return it."""
    call.tenant.factors.require_allowed("passkey")
    return passkeys.shown(_enrol(call, call.account))


def _begin(call: RequestContext, account: Account) -> Json:
    known = account.second_factors().passkeys
    return passkeys.begin_creation(call, "enrolment", account.uid, passkeys.name_of(account), known)


def _enrol(call: RequestContext, account: Account) -> Passkey:
    _, passkey = passkeys.finish_creation(call, "enrolment", account)
    account.second_factors().passkeys.append(passkey)
    call.tenant.passkeys.keep(passkey.credential_id, account.uid)
    return passkey


@handles("mfa.verify_passkey_begin")
def verify_begin(call: RequestContext) -> Json:
    """Return the options to prove the factor."""
    waiting = challenged(call)
    call.tenant.factors.require_enrolled(waiting.account, "passkey")
    return passkeys.begin_request(call, passkeys.FACTOR, waiting.account)


@handles("mfa.verify_passkey_finish")
def verify_finish(call: RequestContext) -> Json:
    """Complete the login by a passkey of the challenged user."""
    waiting = challenged(call)
    call.tenant.factors.require_enrolled(waiting.account, "passkey")
    passkeys.finish_request(call, passkeys.FACTOR, waiting.account)
    return waiting.finish()
