"""Something in every store of OAuth, OpenID Connect and SAML."""

from loginradius_harness.emulator.core.oauth_client import OAuthClient
from loginradius_harness.emulator.state.federation.records import (
    AuthorizationCode,
    DeviceCode,
    Grant,
    PushedRequest,
    SamlLogIn,
)
from loginradius_harness.emulator.state.federation.saml import SamlApp, SamlSettings, WaitingRequest
from loginradius_harness.emulator.state.tenant import Tenant


def furnish_federation(tenant: Tenant, uid: str, name: str) -> None:
    """Log a browser in, and keep what a log-in, a device and a client leave; `name` is part of each key."""
    federation, now = tenant.federation, tenant.clock.now()
    issuer, client_id = "https://hub.example.com/service/oidc/shop", "client"
    session = federation.open_hub_session(uid, 600)
    grant = Grant(
        id=name, issuer=issuer, client_id=client_id, scope="openid", began=now, kind="authorization_code", uid=uid,
        session=session.id,
    )  # fmt: skip
    federation.open_grant(grant)
    federation.issue(grant, "access_token", "openid", 60)
    federation.codes.put(name, AuthorizationCode(code=name, grant=name, redirect_uri="https://a.example/", expires=now))
    device = DeviceCode(code=name, user_code="BCDF-GHJK", issuer=issuer, client_id=client_id, scope="", expires=now)
    federation.devices.put(name, device)
    federation.pushed.put(name, PushedRequest(client_id=client_id, parameters={"state": "s"}, expires=now))
    federation.clients.put(name, OAuthClient(client_id=name, metadata={"client_name": "Shop"}))
    federation.keys.put(name, "PEM")
    federation.saml_apps.put(name, SamlApp(name=name, settings=SamlSettings(), certificate="PEM", key="PEM"))
    federation.saml_requests.put(name, WaitingRequest(app=name, expires=now))
    federation.saml_log_ins.put(name, SamlLogIn(id=name, provider="portal", return_to="/", expires=now))
    federation.used_assertions.put(name, now)
