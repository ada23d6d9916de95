"""Consent forms: which one asks, what people agreed to, and the log of it (product-facts.md#consent, #consent-forms).

The settings hold one form, for every event; management makes further ones, each for events of its own.
"""

from collections.abc import Iterable
from typing import Any, Literal

from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.profile import CONSENT_EVENTS, accepted_forms
from loginradius_harness.emulator.state.tenant import ConsentForm, FormOption, Tenant

Json = Any

LOG_KEPT = 100  # entries per account; the oldest are forgotten
EVERY_EVENT = "*"


def event_named(name: str) -> str:
    """Return the event; the product's own events are known whatever the case of their names."""
    return next((event for event in CONSENT_EVENTS if event.lower() == name.lower()), name)


def forms(tenant: Tenant) -> list[ConsentForm]:
    """Return the form of the settings and those that management has made, the oldest version first."""
    settings = tenant.settings
    first = ConsentForm(
        version=settings.consent_form_version,
        options=[FormOption(id=option, required=settings.consent_strict) for option in settings.consent_options],
        deleted=not settings.consent_options,
    )
    known = [first, *(form for _, form in tenant.consent_forms.scan())]
    return sorted((form for form in known if not form.deleted), key=lambda form: form.version)


def current_forms(tenant: Tenant) -> dict[str, ConsentForm]:
    """Return the newest form of each event that has begun; under EVERY_EVENT that of all other events."""
    newest: dict[str, ConsentForm] = {}
    for form in forms(tenant):
        if form.starts is None or form.starts <= tenant.clock.now():
            newest = newest | dict.fromkeys(form.events, form) if form.events else {EVERY_EVENT: form}
    return newest


def form_of(tenant: Tenant, event: str) -> ConsentForm | None:
    """Return the form that asks at an event; None where no form does."""
    current = current_forms(tenant)
    return current.get(event) or current.get(EVERY_EVENT)


def is_current(account: Account, form: ConsentForm, event: str | None = None) -> bool:
    """Whether a form was answered, at one event or at any of its own, with each option accepted that it requires."""
    answers = (
        version
        for answered, version in (account.consent_versions or {}).items()
        if (form.asks_at(answered) if event is None else answered == event)
    )
    return max(answers, default=0) >= form.version and form.required <= set(account.consents or ())


def missing(tenant: Tenant, account: Account, *events: str) -> bool:
    """Whether a form with required options asks at one of the events, and the account has not answered it."""
    asking = (form_of(tenant, event) for event in events)
    return any(form is not None and form.required and not is_current(account, form) for form in asking)


def record(
    call: RequestContext,
    account: Account,
    options: list[dict[str, Json]],
    events: Iterable[str] = (),
    *,
    through: Literal["Default", "ConsentEditor"] = "Default",
) -> None:
    """Keep and log the answers, `[{"ConsentOptionId", "IsAccepted"}]`, to the forms of some events."""
    answered = {event: form.version for event in events if (form := form_of(call.tenant, event))}
    account.consent_versions = {**(account.consent_versions or {}), **answered}
    consents = dict(account.consents or {})
    for option in options:
        if option["IsAccepted"]:
            consents[option["ConsentOptionId"]] = call.now
        else:
            consents.pop(option["ConsentOptionId"], None)
    account.consents = consents
    account.consent_log = [*(account.consent_log or []), _entry(call, account, options, through)][-LOG_KEPT:]
    account.modified = call.now


def _entry(call: RequestContext, account: Account, options: list[dict[str, Json]], through: str) -> dict[str, Json]:
    return {
        "Id": call.tenant.identifiers.hex(24),
        "UpdateType": through,
        "CurrentConsentFormsVersions": accepted_forms(account),
        "LoggedOnDate": iso(call.now),
        "UserAgent": call.user_agent,
        "IP": call.ip,
        "Host": call.header("host") or "api.loginradius.com",
        "ConsentLogs": [
            {"ConsentId": option["ConsentOptionId"], "Event": "Subscribe" if option["IsAccepted"] else "Unsubscribe"}
            for option in options
        ],
    }
