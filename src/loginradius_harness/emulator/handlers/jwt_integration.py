"""Apps that get log-ins as JWTs, as management makes them: entries of the setting `jwt_apps`.

Source: product-facts.md#administration.
"""

from collections.abc import Iterable
from typing import Any, get_args

import msgspec

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.settings.jwt_app import Algorithm, JwtApp
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.validation import known_members
from loginradius_harness.emulator.services.administration.documents import change_settings

Json = Any

SECRET = "Secret"  # noqa: S105  # the member's name: it is kept and never shown (inferred)
MEMBERS = {
    "Algo": "algorithm",
    SECRET: "secret",
    "MappingTemplate": "mapping_template",
    "Mapping": "mapping",
    "Metadata": "metadata",
    "Audience": "audience",
    "NotAfterDifference": "seconds",
    "NotBeforeDifference": "not_before_seconds",
    "QueryStringParameter": "parameter",
    "ResponseMode": "response_mode",
    "LoginUrl": "login_url",
}
# Members of a profile that a claim can take its value from (inferred).
FIELDS = (
    "ID", "Uid", "Provider", "UserName", "Email", "PhoneId", "Prefix", "FirstName", "MiddleName", "LastName", "Suffix",
    "FullName", "NickName", "ProfileName", "BirthDate", "Gender", "Website", "ImageUrl", "ThumbnailImageUrl",
    "ProfileUrl", "Company", "City", "State", "Country", "PostalCode", "Addresses", "PhoneNumbers", "LocalLanguage",
    "Language", "TimeZone", "CustomFields",
)  # fmt: skip
_ROUTES = frozenset({"algo", "data-mapping"})  # which stand where an app's name does


@handles("jwt_integration.list")
def list_all(call: RequestContext) -> Json:
    """Return every app."""
    return {"Data": [_shown(app) for app in call.settings.jwt_apps]}


@handles("jwt_integration.list_algorithms")
def list_algorithms(_call: RequestContext) -> Json:
    """Return the algorithms that can sign."""
    return {"Data": list(get_args(Algorithm))}


@handles("jwt_integration.list_mapping_fields")
def list_mapping_fields(_call: RequestContext) -> Json:
    """Return the members of a profile that can be mapped."""
    return {"Data": list(FIELDS)}


@handles("jwt_integration.get")
def get(call: RequestContext) -> Json:
    """Return an app."""
    return _shown(_known(call))


@handles("jwt_integration.create")
def create(call: RequestContext) -> Json:
    """Add an app. Raise REQUEST_INVALID for a name that another has, or that no path can hold (inferred)."""
    name = call.body["AppName"]
    taken = any(app.name == name for app in call.settings.jwt_apps)
    if taken or "/" in name or name.strip() != name or name.lower() in _ROUTES:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    _keep(call, [*call.settings.jwt_apps, JwtApp(name=name)], name)
    return _shown(call.settings.jwt_apps[-1])


@handles("jwt_integration.update")
def update(call: RequestContext) -> Json:
    """Change what the request names; the rest stays (inferred)."""
    name = _known(call).name
    _keep(call, call.settings.jwt_apps, name)
    return _shown(_known(call))


@handles("jwt_integration.delete")
def delete(call: RequestContext) -> Json:
    """Remove an app: it gets no log-in any more."""
    gone = _known(call)
    _keep(call, [app for app in call.settings.jwt_apps if app is not gone])
    return {"IsDeleted": True}


def _known(call: RequestContext) -> JwtApp:
    """Return the app of the path. Raise REQUEST_INVALID for an unknown one (inferred)."""
    found = next((app for app in call.settings.jwt_apps if app.name == call.path["jwt_app"]), None)
    if found is None:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    return found


def _keep(call: RequestContext, apps: Iterable[JwtApp], changed: str | None = None) -> None:
    """Store the apps, and what the request says of one of them."""
    sent = known_members(call.operation.body, call.body) if changed else {}
    named = {MEMBERS[member]: value for member, value in sent.items() if member in MEMBERS}
    kept = [msgspec.to_builtins(app) | (named if app.name == changed else {}) for app in apps]
    change_settings(call, {"jwt_apps": kept})


def _shown(app: JwtApp) -> Json:
    members = {member: getattr(app, setting) for member, setting in MEMBERS.items() if member != SECRET}
    return {"AppName": app.name, **members}
