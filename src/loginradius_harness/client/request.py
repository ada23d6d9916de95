"""Build the HTTP request of a call: path, query, credentials, signature, body."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import httpx

from loginradius_harness import contracts
from loginradius_harness.client import signing, sott
from loginradius_harness.client.credentials import Given, places
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.contracts import Operation
from loginradius_harness.target.target import Target

Json = Any


@dataclass(frozen=True)
class Call:
    """A call before credentials are added. A body of bytes is sent unchanged."""

    operation: Operation
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Json
    token: str | None
    replaced: Mapping[str, Given]  # credentials to send instead of the target's; None leaves one out
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Request:
    """The HTTP request. `headers` are those that this client sets, without those that every HTTP client adds."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    content: bytes | None


CALL = "loginradius_call"  # key of the extension by which an HTTP request carries its call


def call_of(request: httpx.Request, target: Target) -> Call | None:
    """Return the call that a request makes, also where it was built by hand; None where no operation is called so."""
    if CALL in request.extensions:
        call: Call = request.extensions[CALL]
        return call
    path = _below_base(request.url.path, target)
    query, body = dict(request.url.params), _body(request)
    match = contracts.resolve(request.method, path, query, body)
    if match is None:
        return None
    values = {name: unquote(value) for name, value in match.path_values.items()}
    return Call(match.operation, values, query, match.body(query, body), None, {}, dict(request.headers))


def _below_base(path: str, target: Target) -> str:
    for base in (target.api_url, target.config_url, target.cloud_url, target.migration_url, target.hub_url):
        prefix = urlsplit(base).path.rstrip("/")
        if prefix and path.startswith(prefix + "/"):
            return path.removeprefix(prefix).rstrip("/")
    return path.rstrip("/")


def _body(request: httpx.Request) -> Json:
    """Return the JSON of a body, or the fields of a form; None where it is neither."""
    content = request.read()
    try:
        return json.loads(content)
    except RecursionError:  # nested too deeply to be any operation's
        return None
    except ValueError:
        return dict(parse_qsl(content.decode(errors="replace"))) or None


def build(call: Call, target: Target, clock: ServerClock) -> Request:
    """Return the request of a call to a target; KeyError where a path parameter is missing."""
    operation = call.operation
    signed = target.sign_requests and "apisecret" in operation.auth and signing.applies_to(operation.path)
    values = _own_credentials(call, target, clock) | ({"apisecret": None} if signed else {}) | dict(call.replaced)
    carried, carrying = places(operation, values)
    query = carried | ({"region": target.region} if target.region else {}) | dict(call.query)
    if operation.host == "hub" and not target.hub_url:
        raise UnsupportedByTarget("needs the tenant's hub: set hub_url of the target")
    url = httpx.URL(target.url_of(operation.host) + _filled(operation.path, call.path), params=_parameters(query))
    content = _content(call.body)
    headers = (
        _fixed_headers(target)
        | _tenant_of_hub(operation, target)
        | carrying
        | ({"Content-Type": "application/json"} if content else {})
    )
    if signed and target.api_secret and "apisecret" not in call.replaced:
        headers |= signing.headers(str(url), content or b"", target.api_secret, clock.now())
    return Request(operation.method, url, headers | dict(call.headers), content)


def _own_credentials(call: Call, target: Target, clock: ServerClock) -> dict[str, Given]:
    tokens = dict.fromkeys(("access_token", "oauth_token", "machine_token"), call.token)
    own: dict[str, Given] = {"apikey": target.api_key, "apisecret": target.api_secret, **tokens}
    if "sott" in call.operation.auth and "sott" not in call.replaced and target.api_secret:
        own["sott"] = sott.generate(target.api_key, target.api_secret, *sott.window(clock.now()))
    return own


def _fixed_headers(target: Target) -> dict[str, str]:
    origin = {"X-Origin-IP": target.origin_ip} if target.origin_ip else {}
    return origin | ({"X-PreventWebhook": "true"} if target.prevent_webhook else {})


def _tenant_of_hub(operation: Operation, target: Target) -> dict[str, str]:
    """Return the header that names the tenant, where the address alone does not: all of an emulator share one hub."""
    nameless = operation.host == "hub" and "apikey" not in operation.auth
    return {"X-LoginRadius-ApiKey": target.api_key.reveal()} if nameless and target.is_emulator else {}


def _filled(template: str, values: Mapping[str, str]) -> str:
    """Fill in the path parameters; each stays within its own segment, whatever it contains."""
    return template.format_map({name: quote(value, safe="") for name, value in values.items()})


def _parameters(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the query without members that are None; booleans are spelled as the product spells them."""
    given = {name: value for name, value in query.items() if value is not None}
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}


def _content(body: Json) -> bytes | None:
    if body is None or isinstance(body, bytes):
        return body
    return json.dumps(body, separators=(",", ":")).encode()
