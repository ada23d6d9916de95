"""A user and the tenant's privacy policy (product-facts.md#consent)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import privacy_policy
from loginradius_harness.emulator.state import profile

Json = Any


@handles("authentication.accept_privacy_policy")
def accept_privacy_policy(call: RequestContext) -> Json:
    """The current version is accepted; a token that a strict policy had limited opens everything from now on."""
    version, account = privacy_policy.current(call.settings, call.now), call.account
    if not version:
        raise ApiError(ErrorCode.PRIVACY_POLICY_NOT_CONFIGURED)
    if account.policies and account.policies[-1].version == version:
        raise ApiError(ErrorCode.PRIVACY_POLICY_ALREADY_ACCEPTED)
    privacy_policy.accept(call, account)
    account.modified = call.now
    call.session.scope = None
    return profile.render(account, call.settings)


@handles("authentication.get_privacy_policy_history_by_access_token")
def get_privacy_policy_history(call: RequestContext) -> Json:
    """What the person accepted, newest apart."""
    return privacy_policy.history(call, call.account)
