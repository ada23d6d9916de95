"""A user and the tenant's privacy policy (domain 3.19)."""

from typing import Any

from emulator import policies, profile
from emulator.call import Call
from emulator.errors import ApiError
from emulator.registry import handles

Json = Any


@handles("authentication.accept_privacy_policy")
def accept_privacy_policy(call: Call) -> Json:
    """The current version is accepted; a token that a strict policy had limited opens everything from now on."""
    version, account = policies.current(call.settings, call.now), call.account
    if not version:
        raise ApiError(1195)
    if account.policies and account.policies[-1].version == version:
        raise ApiError(1222)
    policies.accept(call, account)
    account.modified = call.now
    call.session.scope = None
    return profile.render(account, call.settings)


@handles("authentication.get_privacy_policy_history_by_access_token")
def get_privacy_policy_history(call: Call) -> Json:
    """What the person accepted, newest apart."""
    return policies.history(call, call.account)
