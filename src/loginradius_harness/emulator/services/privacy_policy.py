"""Versions of the tenant's privacy policy that an account accepted (product-facts.md#consent)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account, PolicyAcceptance
from loginradius_harness.emulator.state.profile import accepted_policy

Json = Any


def current(settings: Settings, now: float) -> str:
    """Return the newest version that is in force; empty where the tenant has no policy.

    Source: product-facts.md#feature-settings.
    """
    started = {start: version for version, start in settings.later_policies.items() if start <= now}
    return started[max(started)] if started else settings.privacy_policy_version


def accept(call: RequestContext, account: Account) -> None:
    """Record that the account accepts the current version."""
    source = call.header("referer") or "API"
    accepted = PolicyAcceptance(version=current(call.settings, call.now), source=source, at=call.now)
    account.policies = [*(account.policies or []), accepted]


def history(call: RequestContext, account: Account) -> Json:
    """Return the version accepted last and those before it, oldest first.

    Raise PRIVACY_POLICY_NOT_CONFIGURED where the tenant has no policy.
    """
    if not current(call.settings, call.now):
        raise ApiError(ErrorCode.PRIVACY_POLICY_NOT_CONFIGURED)
    accepted = [accepted_policy(acceptance) for acceptance in account.policies or ()]
    return {"Uid": account.uid, "Current": accepted[-1] if accepted else None, "History": accepted[:-1]}
