"""Consent forms: submit, change, check, and the log (product-facts.md#consent)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.handlers.account import managed
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import consent
from loginradius_harness.emulator.services.login import finish
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.profile import CONSENT_EVENTS, consent_profile, render

Json = Any

NOTHING: dict[str, Json] = {"AcceptedConsentVersions": [], "Consents": []}


@handles("consent.submit_by_consent_token")
def submit_by_consent_token(call: RequestContext) -> Json:
    """Continue the login that required consent; a form that is refused leaves the token valid."""
    _require_form(call)
    token = call.tenant.single_use_tokens.find("consent", call.query["consentToken"])
    account = call.tenant.holder(token)
    _submit(call, account)
    token.used = True
    return finish(call, account, provider=token.data["provider"])


@handles("consent.submit_by_access_token")
def submit_by_access_token(call: RequestContext) -> Json:
    """Record the answers and return the profile, with the answers in its `ConsentProfile`."""
    _require_form(call)
    _submit(call, call.account)
    return render(call.account, call.settings)


@handles("consent.update_profile")
def update_profile(call: RequestContext) -> Json:
    """Give or withdraw consents without a form."""
    _require_form(call)
    _require_known_options(call, call.body["Consents"])
    consent.record(call, call.account, call.body["Consents"], through="ConsentEditor")
    call.tenant.webhooks.fire("ConsentProfileUpdate", call.account)
    return consent_profile(call.account)


@handles("consent.verify")
def verify(call: RequestContext) -> Json:
    """Return whether the newest form was answered for an event."""
    _require_form(call)
    valid = consent.is_current(call.account, call.settings, _event(call.query["event"]))
    return {"ConsentProfile": consent_profile(call.account) or NOTHING, "IsValid": valid}


@handles("consent.get_logs")
def get_logs(call: RequestContext) -> Json:
    """Return the log of the caller."""
    return _logs(call, call.account)


@handles("consent.get_logs_by_uid")
def get_logs_by_uid(call: RequestContext) -> Json:
    """Return the log of any user."""
    return _logs(call, managed(call))


def _submit(call: RequestContext, account: Account) -> None:
    """Record the answers.

    Raise CONSENT_FORM_INVALID for a strict form that lacks an option.
    """
    options = call.body["Data"]
    _require_known_options(call, options)
    accepted = {option["ConsentOptionId"] for option in options if option["IsAccepted"]}
    if call.settings.consent_strict and not set(call.settings.consent_options) <= accepted:
        raise ApiError(ErrorCode.CONSENT_FORM_INVALID)
    events = [_event(event["Event"]) for event in call.body["Events"]]
    consent.record(call, account, options, events)
    call.tenant.webhooks.fire("ConsentProfileUpdate", account)


def _require_form(call: RequestContext) -> None:
    """Check that there is a consent form.

    Raise CONSENT_DISABLED where consent management is off, CONSENT_FORM_NOT_CONFIGURED without a form.
    """
    if not call.settings.consent:
        raise ApiError(ErrorCode.CONSENT_DISABLED)
    if not call.settings.consent_options:
        raise ApiError(ErrorCode.CONSENT_FORM_NOT_CONFIGURED)


def _require_known_options(call: RequestContext, options: list[dict[str, Json]]) -> None:
    """Check the options of a form.

    Raise CONSENT_FORM_INVALID for an unknown option, or one that a strict form requires and that is declined.
    """
    known, strict = call.settings.consent_options, call.settings.consent_strict
    if any(option["ConsentOptionId"] not in known or (strict and not option["IsAccepted"]) for option in options):
        raise ApiError(ErrorCode.CONSENT_FORM_INVALID)


def _event(name: str) -> str:
    """Return the event; the product's own events are always known."""
    return next((event for event in CONSENT_EVENTS if event.lower() == name.lower()), name)


def _logs(call: RequestContext, account: Account) -> Json:
    """Return the log, newest first.

    Raise CONSENT_LOG_NOT_FOUND for a user who never answered a form.
    """
    if not call.settings.consent:
        raise ApiError(ErrorCode.CONSENT_DISABLED)
    if not account.consent_log:
        raise ApiError(ErrorCode.CONSENT_LOG_NOT_FOUND)
    return {"Uid": account.uid, "ConsentLogs": account.consent_log[::-1]}
