"""The applications that log users in by SAML, and what the tenant is called to them."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.federation.saml import SamlApp


def known_app(call: RequestContext) -> SamlApp:
    """Return the application that a request names. Raise PARAMETER_MALFORMED for an unknown one (inferred)."""
    app = call.tenant.federation.saml_apps.get(call.parameters.get("appname", ""))
    if app is None:
        raise ApiError(ErrorCode.PARAMETER_MALFORMED, "The tenant has no SAML application of this name.")
    return app


def entity_id(call: RequestContext, app: SamlApp) -> str:
    """Return what the tenant calls itself: the application's `IssuerUrl` (inferred), else the hub's address."""
    return app.settings.issuer_url or f"{call.origin()}/"


def endpoint(call: RequestContext, name: str) -> str:
    """Return the address of an endpoint without the application's name. `name` is login or logout."""
    return f"{call.origin()}/service/saml/idp/{name}"
