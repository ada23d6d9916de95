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
    """Accept the current version; a token that a strict policy had restricted becomes a full one."""
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
    """Return the accepted versions, the current one separately."""
    return privacy_policy.history(call, call.account)
