"""What an application must know of the tenant, as an EntityDescriptor (metadata 2.4.3)."""

from urllib.parse import quote

from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation.saml.apps import endpoint, entity_id
from loginradius_harness.emulator.services.federation.saml.certificates import without_armour
from loginradius_harness.emulator.services.federation.saml.documents import (
    PROTOCOL,
    Element,
    ds,
    md,
    serialized,
    xml_text,
)
from loginradius_harness.emulator.state.federation.saml import POST, REDIRECT, SamlApp


def metadata(call: RequestContext, app: SamlApp) -> bytes:
    """Return the tenant's metadata for an application."""
    signs = "true" if app.settings.sp_certificate.certificate else "false"
    descriptor = md.IDPSSODescriptor(
        md.KeyDescriptor(
            ds.KeyInfo(ds.X509Data(ds.X509Certificate(without_armour(app.certificate)))),
            use="signing",
        ),
        *_services(call, app, "SingleLogoutService", "logout"),
        md.NameIDFormat(app.settings.name_id_format),
        *_services(call, app, "SingleSignOnService", "login"),
        WantAuthnRequestsSigned=signs,
        protocolSupportEnumeration=PROTOCOL,
    )
    return serialized(md.EntityDescriptor(descriptor, entityID=xml_text(entity_id(call, app))))


def _services(call: RequestContext, app: SamlApp, element: str, name: str) -> list[Element]:
    """Return an endpoint by each binding, the application's own first."""
    location = f"{endpoint(call, name)}?appName={quote(app.name, safe='')}"
    bindings = sorted((REDIRECT, POST), key=lambda binding: binding != app.settings.default_request_binding)
    return [md(element, Binding=binding, Location=xml_text(location)) for binding in bindings]
