"""Duo as second factor (product-facts.md#duo)."""

from typing import Any

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.second_factor import challenged, prove
from loginradius_harness.emulator.state.profile import render

Json = Any


@handles("mfa.validate_duo")
def validate(call: RequestContext) -> Json:
    """Complete the login by Duo's code; a user without any factor enrols Duo with it."""
    waiting = challenged(call)
    waiting.demand("duo")
    waiting.prove(call.tenant.factors.prove_duo, call.body["state"], call.body["code"])
    waiting.account.second_factors().duo = True
    return waiting.finish()


@handles("mfa.verify_duo_by_access_token")
def verify(call: RequestContext) -> Json:
    """Enrol Duo by its code."""
    call.tenant.factors.require_allowed("duo")
    prove(call, call.account, call.tenant.factors.prove_duo, call.body["state"], call.body["code"])
    call.account.second_factors().duo = True
    return render(call.account, call.settings)
