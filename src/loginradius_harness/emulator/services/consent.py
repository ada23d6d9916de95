"""Consent forms: what people agreed to, and the log of it (product-facts.md#feature-settings, #consent).

The tenant has one form, with one list of options, for every event.
"""

from collections.abc import Iterable
from typing import Any, Literal

from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.profile import accepted_forms

Json = Any

LOG_KEPT = 100  # entries per account; the oldest are forgotten


def is_current(account: Account, settings: Settings, event: str | None = None) -> bool:
    """Whether the newest form was answered, for one event or for any, and a strict form with every option accepted."""
    versions = account.consent_versions or {}
    answered = versions.get(event, 0) if event is not None else max(versions.values(), default=0)
    complete = not settings.consent_strict or set(settings.consent_options) <= set(account.consents or ())
    return answered >= settings.consent_form_version and complete


def record(
    call: RequestContext,
    account: Account,
    options: list[dict[str, Json]],
    events: Iterable[str] = (),
    *,
    through: Literal["Default", "ConsentEditor"] = "Default",
) -> None:
    """Keep and log the answers, `[{"ConsentOptionId", "IsAccepted"}]`, to the newest form of some events."""
    version = call.settings.consent_form_version
    account.consent_versions = {**(account.consent_versions or {}), **dict.fromkeys(events, version)}
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
