"""Consent forms: submit, change, check, and the log (product-facts.md#consent)."""

from collections.abc import Collection
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.handlers.account import managed
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import consent
from loginradius_harness.emulator.services.login import finish
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.profile import consent_profile, render
from loginradius_harness.emulator.state.tenant import ConsentForm

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
    _require_known_options(consent.current_forms(call.tenant).values(), call.body["Consents"])
    consent.record(call, call.account, call.body["Consents"], through="ConsentEditor")
    call.tenant.webhooks.fire("ConsentProfileUpdate", call.account)
    return consent_profile(call.account)


@handles("consent.verify")
def verify(call: RequestContext) -> Json:
    """Return whether the newest form was answered for an event."""
    _require_form(call)
    event = consent.event_named(call.query["event"])
    valid = consent.is_current(call.account, _form_of(call, event), event)
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

    Raise CONSENT_FORM_INVALID where an option is missing that a form requires.
    """
    options = call.body["Data"]
    events = [consent.event_named(event["Event"]) for event in call.body["Events"]]
    forms = [_form_of(call, event) for event in events] or list(consent.current_forms(call.tenant).values())
    _require_known_options(forms, options)
    accepted = {option["ConsentOptionId"] for option in options if option["IsAccepted"]}
    if any(not form.required <= accepted for form in forms):
        raise ApiError(ErrorCode.CONSENT_FORM_INVALID)
    consent.record(call, account, options, events)
    call.tenant.webhooks.fire("ConsentProfileUpdate", account)


def _require_form(call: RequestContext) -> None:
    """Check that there is a consent form.

    Raise CONSENT_DISABLED where consent management is off, CONSENT_FORM_NOT_CONFIGURED without a form.
    """
    if not call.settings.consent:
        raise ApiError(ErrorCode.CONSENT_DISABLED)
    if not consent.current_forms(call.tenant):
        raise ApiError(ErrorCode.CONSENT_FORM_NOT_CONFIGURED)


def _form_of(call: RequestContext, event: str) -> ConsentForm:
    """Return the form of an event. Raise CONSENT_FORM_NOT_CONFIGURED where none asks at it."""
    form = consent.form_of(call.tenant, event)
    if form is None:
        raise ApiError(ErrorCode.CONSENT_FORM_NOT_CONFIGURED)
    return form


def _require_known_options(forms: Collection[ConsentForm], options: list[dict[str, Json]]) -> None:
    """Check the options of forms.

    Raise CONSENT_FORM_INVALID for an unknown option, or one that a form requires and that is declined.
    """
    offered = {option for form in forms for option in form.offered}
    required = {option for form in forms for option in form.required}
    if any(
        option["ConsentOptionId"] not in offered or (option["ConsentOptionId"] in required and not option["IsAccepted"])
        for option in options
    ):
        raise ApiError(ErrorCode.CONSENT_FORM_INVALID)


def _logs(call: RequestContext, account: Account) -> Json:
    """Return the log, newest first.

    Raise CONSENT_LOG_NOT_FOUND for a user who never answered a form.
    """
    if not call.settings.consent:
        raise ApiError(ErrorCode.CONSENT_DISABLED)
    if not account.consent_log:
        raise ApiError(ErrorCode.CONSENT_LOG_NOT_FOUND)
    return {"Uid": account.uid, "ConsentLogs": account.consent_log[::-1]}
