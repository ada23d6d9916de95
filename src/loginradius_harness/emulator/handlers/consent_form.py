"""Consent forms and their options, as management makes them (product-facts.md#consent-forms)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso, seconds
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import consent
from loginradius_harness.emulator.services.administration.documents import change_settings
from loginradius_harness.emulator.state.profile import CONSENT_EVENTS
from loginradius_harness.emulator.state.tenant import ConsentForm, ConsentOption, FormOption

Json = Any


@handles("consent_form.list_options")
def list_options(call: RequestContext) -> Json:
    """Return the options of the settings and those that management has made."""
    _require_consent(call)
    return {"Data": [_shown_option(option) for option in _options(call).values()]}


@handles("consent_form.create_option")
def create_option(call: RequestContext) -> Json:
    """Add an option."""
    _require_consent(call)
    body = call.body
    option = ConsentOption(
        id=call.tenant.identifiers.hex(32),
        title=body["Title"],
        description=body.get("Description") or "",
        created=call.now,
    )
    call.tenant.consent_options.put(option.id, option)
    return _shown_option(option)


@handles("consent_form.delete_option")
def delete_option(call: RequestContext) -> Json:
    """Delete an option; forms that have it do not ask for it any more (inferred)."""
    _require_consent(call)
    gone = call.path["option_id"]
    if gone not in _options(call):
        raise ApiError(ErrorCode.CONSENT_FORM_INVALID)
    change_settings(call, {"consent_options": [option for option in call.settings.consent_options if option != gone]})
    call.tenant.consent_options.remove(gone)
    for form in _made(call):
        for option in form.options:
            option.active = option.active and option.id != gone
    return {"IsDeleted": True}


@handles("consent_form.list")
def list_forms(call: RequestContext) -> Json:
    """Return every form, the oldest version first."""
    _require_consent(call)
    return {"Data": [_shown(call, form) for form in consent.forms(call.tenant)]}


@handles("consent_form.list_active")
def list_active(call: RequestContext) -> Json:
    """Return the form of each event, or of one event; without a form for it, none."""
    _require_consent(call)
    if (event := call.query.get("event")) is not None:
        form = consent.form_of(call.tenant, consent.event_named(event))
        return {"Data": [_shown(call, form)] if form else []}
    return {"Data": [_shown(call, form) for form in consent.forms(call.tenant) if _is_active(call, form)]}


@handles("consent_form.create")
def create(call: RequestContext) -> Json:
    """Add a form, of a version above all others.

    Raise CONSENT_FORM_INVALID for an unknown option.
    """
    _require_consent(call)
    body, known, start = call.body, _options(call), call.body.get("StartFromDate")
    options = [
        FormOption(id=option["ConsentOptionId"], required=bool(option.get("IsRequired")))
        for option in body["ConsentOptions"]
    ]
    if any(option.id not in known for option in options):
        raise ApiError(ErrorCode.CONSENT_FORM_INVALID)
    versions = [form.version for _, form in call.tenant.consent_forms.scan()]
    form = ConsentForm(
        version=max([call.settings.consent_form_version, *versions]) + 1,
        options=options,
        events=list(dict.fromkeys(map(consent.event_named, body["Events"]))),
        starts=seconds(start) if start else None,
        created=call.now,
        terms=body.get("TermOfService") or "",
        policy=body.get("PrivacyPolicy") or "",
        workflow=bool(body.get("IsWorkflowForm")),
    )
    call.tenant.consent_forms.put(str(form.version), form)
    return _shown(call, form)


@handles("consent_form.delete")
def delete(call: RequestContext) -> Json:
    """Delete a form: the one before it asks again.

    Raise CONSENT_FORM_NOT_CONFIGURED for a version that the tenant does not have (inferred).
    """
    _require_consent(call)
    version = call.path["version"]
    if version not in {str(form.version) for form in consent.forms(call.tenant)}:
        raise ApiError(ErrorCode.CONSENT_FORM_NOT_CONFIGURED)
    form = call.tenant.consent_forms.get(version)
    if form is None:
        change_settings(call, {"consent_options": []})
    else:
        form.deleted = True
    return {"IsDeleted": True}


def _require_consent(call: RequestContext) -> None:
    """Raise CONSENT_DISABLED where consent management is off."""
    if not call.settings.consent:
        raise ApiError(ErrorCode.CONSENT_DISABLED)


def _options(call: RequestContext) -> dict[str, ConsentOption]:
    """Return every option by its id; one of the settings has its id as title."""
    of_settings = {option: ConsentOption(id=option, title=option) for option in call.settings.consent_options}
    return of_settings | dict(call.tenant.consent_options.scan())


def _made(call: RequestContext) -> list[ConsentForm]:
    """Return every form that management has made, to be changed."""
    forms = call.tenant.consent_forms
    return [form for version, _ in list(forms.scan()) if (form := forms.get(version))]


def _is_active(call: RequestContext, form: ConsentForm) -> bool:
    return any(current.version == form.version for current in consent.current_forms(call.tenant).values())


def _shown(call: RequestContext, form: ConsentForm) -> Json:
    return {
        "IsActive": _is_active(call, form),
        "Version": form.version,
        "Events": [{"IsCustom": event not in CONSENT_EVENTS, "Name": event} for event in form.events or CONSENT_EVENTS],
        "StartFromDate": None if form.starts is None else iso(form.starts),
        "CreatedOnDate": None if form.created is None else iso(form.created),
        "ConsentOptions": [
            {"IsRequired": option.required, "ConsentOptionId": option.id, "IsActive": option.active}
            for option in form.options
        ],
        "TermOfService": form.terms,
        "PrivacyPolicy": form.policy,
        "IsWorkflowForm": form.workflow,
    }


def _shown_option(option: ConsentOption) -> Json:
    return {
        "ConsentId": option.id,
        "Title": option.title,
        "Description": option.description,
        "CreatedOn": None if option.created is None else iso(option.created),
        "IsActive": True,
    }
