"""Log-ins to apps as JWTs, under the hub's paths and the older ones (product-facts.md#jwt-log-in)."""

from typing import Any
from urllib.parse import urlencode

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.settings.jwt_app import JwtApp
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.reply import Reply, redirect
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation.form_posts import post
from loginradius_harness.emulator.services.federation.hub import (
    cookie_of,
    hub_session_of,
    logged_in,
    may_lead_to,
    open_by_token,
    to_login_page,
)
from loginradius_harness.emulator.services.first_factor import CAPTCHA_APIS, first_factor
from loginradius_harness.emulator.services.login import finish, require_plain_login
from loginradius_harness.emulator.state.accounts import Account

Json = Any


def _app(call: RequestContext) -> JwtApp | None:
    name = call.path.get("jwtappname") or call.parameters.get("jwtapp")
    return next((app for app in call.settings.jwt_apps if app.name == name), None)


def _signed(call: RequestContext, app: JwtApp, account: Account) -> str:
    from loginradius_harness.emulator.services.federation import jwt_apps  # noqa: PLC0415  # 150 ms

    return jwt_apps.token(call, app, account)


def _known_app(call: RequestContext) -> JwtApp:
    """Return the request's app. Raise PARAMETER_MALFORMED for one that the tenant does not have (inferred)."""
    app = _app(call)
    if app is None:
        raise ApiError(ErrorCode.PARAMETER_MALFORMED)
    return app


@handles("jwt.login", "jwt.login_legacy")
async def log_in(call: RequestContext) -> Json:
    """Return a token for an identifier and its password.

    Raise EMAIL_OR_PHONE_REQUIRED without an identifier.
    """
    app = _known_app(call)
    if not CAPTCHA_APIS.keys() & call.body.keys():
        raise ApiError(ErrorCode.EMAIL_OR_PHONE_REQUIRED)
    account = await first_factor(call)
    require_plain_login(call)
    finish(call, account)
    return {"signature": _signed(call, app, account)}


@handles("jwt.token_by_access_token", "jwt.token_by_access_token_legacy")
def token_by_access_token(call: RequestContext) -> Json:
    """Return a token for an access token."""
    return {"signature": _signed(call, _known_app(call), call.account)}


@handles("jwt.authorize")
def authorize(call: RequestContext) -> Reply:
    """Lead a browser that is logged in at the hub back to the app with a token, any other to the log-in page."""
    app, address = _app(call), call.query.get("redirect_uri", "")
    if app is None or not _may_bring(call, app, address):
        return _refused("Unknown app or redirect_uri.")
    opened = open_by_token(call, call.parameters.get("token"))
    session = opened or hub_session_of(call)
    account = logged_in(call, session)
    if account is None:
        return to_login_page(call)
    try:
        fields = {app.parameter: _signed(call, app, account)}
    except ApiError as error:
        return _refused(str(error.description))
    cookie = [("Set-Cookie", cookie_of(opened))] if opened else []
    if app.response_mode == "form_post":
        return post(address, fields, *cookie)
    mark = "#" if app.response_mode == "fragment" else "&" if "?" in address else "?"
    return redirect(f"{address}{mark}{urlencode(fields)}", *cookie)


def _refused(description: str) -> Reply:
    return Reply(400, {"error": "invalid_request", "error_description": description})


def _may_bring(call: RequestContext, app: JwtApp, address: str) -> bool:
    """Return whether a browser may bring a token to an address: one of the app's, else one that the tenant allows."""
    if app.redirect_uris:
        return address in app.redirect_uris
    return may_lead_to(call, address)
