"""Applications that log their users in at the tenant by SAML, as management makes them.

Source: product-facts.md#saml.
"""

from typing import Any

import msgspec

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.validation import known_members
from loginradius_harness.emulator.state.federation.saml import SamlApp, SamlSettings

Json = Any

NAME = "AppName"
VERSION = "2.0"


@handles("saml_integration.list")
def list_all(call: RequestContext) -> Json:
    """Return every application."""
    return {"Data": [_shown(app) for _, app in call.tenant.federation.saml_apps.scan()]}


@handles("saml_integration.get")
def get(call: RequestContext) -> Json:
    """Return an application."""
    return _shown(_known(call))


@handles("saml_integration.create")
def create(call: RequestContext) -> Json:
    """Add an application, with a key of its own.

    Raise REQUEST_INVALID for a name that another has, or that no path can hold (inferred).
    """
    name = call.body[NAME]
    if name in call.tenant.federation.saml_apps or "/" in name or name.strip() != name:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    app = SamlApp(name=name, settings=_changed(call, SamlSettings()), certificate="", key="")
    _renew(call, app)
    call.tenant.federation.saml_apps.put(name, app)
    return _shown(app)


@handles("saml_integration.update")
def update(call: RequestContext) -> Json:
    """Change what the request names; the rest stays (inferred)."""
    app = _known(call)
    app.settings = _changed(call, app.settings)
    return _shown(app)


@handles("saml_integration.delete")
def delete(call: RequestContext) -> Json:
    """Remove an application with the requests that wait for a log-in: nobody is logged in to it any more."""
    call.tenant.federation.remove_saml_app(_known(call).name)
    return {"IsDeleted": True}


@handles("saml_integration.renew_certificate")
def renew_certificate(call: RequestContext) -> Json:
    """Give an application's messages a new key; the former one signs nothing more."""
    app = _known(call)
    _renew(call, app)
    return _shown(app)


def _known(call: RequestContext) -> SamlApp:
    """Return the application of the path. Raise REQUEST_INVALID for an unknown one (inferred)."""
    app = call.tenant.federation.saml_apps.get(call.path["saml_app"])
    if app is None:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    return app


def _changed(call: RequestContext, settings: SamlSettings) -> SamlSettings:
    """Return settings with what the request names."""
    sent = known_members(call.operation.body, call.body)
    return msgspec.convert({**msgspec.to_builtins(settings), **sent}, SamlSettings)


def _renew(call: RequestContext, app: SamlApp) -> None:
    from loginradius_harness.emulator.services.federation.saml.certificates import make_certificate  # noqa: PLC0415  # 50 ms

    made = make_certificate(app.name, call.now)
    app.certificate, app.key = made.certificate, made.key


def _shown(app: SamlApp) -> Json:
    """Return an application without the keys: they are kept and never shown (inferred)."""
    shown = msgspec.to_builtins(app.settings)
    certificate = {"Certificate": app.settings.sp_certificate.certificate or ""}
    own = {"Certificate": app.certificate}
    return {**shown, NAME: app.name, "SamlVersion": VERSION, "IdpCertificate": own, "SpCertificate": certificate}
