"""Log-ins at the tenant for other applications, by SAML (product-facts.md#saml)."""

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.reply import Reply
from loginradius_harness.emulator.http.request import RequestContext


@handles("saml.get_idp_metadata")
def get_idp_metadata(call: RequestContext) -> Reply:
    """Return what an application must know of the tenant."""
    from loginradius_harness.emulator.services.federation.saml import apps, metadata  # noqa: PLC0415  # 100 ms

    return Reply(200, metadata.metadata(call, apps.known_app(call)), media_type="application/xml")


@handles("saml.login", "saml.login_by_post")
def log_in(call: RequestContext) -> Reply:
    """Log a user in to an application."""
    from loginradius_harness.emulator.services.federation.saml import login  # noqa: PLC0415  # 100 ms

    return login.log_in(call)


@handles("saml.logout", "saml.logout_by_post")
def log_out(call: RequestContext) -> Reply:
    """Log a user out for an application."""
    from loginradius_harness.emulator.services.federation.saml import logout  # noqa: PLC0415  # 100 ms

    return logout.log_out(call)
