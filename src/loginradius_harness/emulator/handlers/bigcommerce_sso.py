"""Log-ins to BigCommerce, and the check of a password there (product-facts.md#connectors)."""

from pathlib import Path
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http import pages
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.reply import Reply
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation import connectors
from loginradius_harness.emulator.services.login import check_password

Json = Any

FOLDER = Path(connectors.__file__).parent


@handles("bigcommerce_sso.authorize")
def authorize(call: RequestContext) -> Reply:
    """Return the page that BigCommerce shows of the app, at a shop that proves itself (inferred)."""
    store = connectors.installed_at(call)
    text = pages.templates(FOLDER).get_template("installed.html").render(domain=store.domain)
    (_, kind), *protecting = [(name.decode(), value.decode()) for name, value in pages.headers(".html")]
    return Reply(200, text.encode(), protecting, kind)


@handles("bigcommerce_sso.get_login_url")
def get_login_url(call: RequestContext) -> Json:
    """Return the address that logs the user in to the shop."""
    return _login_url(call, call.query.get("return_url"))


@handles("bigcommerce_sso.create_login_url")
def create_login_url(call: RequestContext) -> Json:
    """Return the address that logs the user in to the shop."""
    return _login_url(call, (call.body or {}).get("return_url"))


def _login_url(call: RequestContext, back: str | None) -> Json:
    name = call.query["store"]
    store = connectors.known(call.settings.bigcommerce_stores, name)
    return {"loginUrl": f"https://{store.domain}/login/token/{connectors.customer_login(call, name, store, back)}"}


@handles("bigcommerce_sso.validate_password")
async def validate_password(call: RequestContext) -> Json:
    """Return whether address and password are a user's; wrong passwords count as those of a log-in do (inferred)."""
    connectors.known(call.settings.bigcommerce_stores, call.query["store"])
    account = call.tenant.accounts.by_email(call.body["emailid"])
    if account is None:
        return {"verified": False}
    try:
        await check_password(call, account, call.body["password"])
    except ApiError as refusal:
        if refusal.code != ErrorCode.CREDENTIALS_INCORRECT:
            raise
        return {"verified": False}
    return {"verified": True}
