"""Spell the same request in other ways: letter case, spaces, form fields, and the habits of published clients."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.checks.support import raw_http
from loginradius_harness.client.errors import ContractViolationError
from loginradius_harness.client.request import Call, build
from loginradius_harness.client.retry import Received, decode
from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.expected_errors import resolved

Json = Any
LEGACY = "/api/v2/"  # every client spells these calls alike


@dataclass(frozen=True)
class DialectRequest:
    """A request, part by part, before it is sent."""

    path: str
    query: Mapping[str, Json]
    headers: Mapping[str, str]
    content: bytes | None

    def send(self, prepared: PreparedRequest) -> tuple[int, Json]:
        """Send the request; return status and JSON of the response, which has been checked against its contract."""
        operation = prepared.operation
        received = raw_http.send(
            prepared.tenant,
            operation.method,
            self.path,
            query=self.query,
            headers=self.headers,
            content=self.content,
            call=Call(
                operation, prepared.path, prepared.query, prepared.body, None, {}, {}
            ),  # the spelling changes no effect
        )
        data = _checked(operation, self, received)
        if received.status in operation.responses:
            prepared.undo_afterwards(prepared.body, data)
        return received.status, data


def _checked(operation: Operation, spelled: DialectRequest, received: Received) -> Json:
    data = decode(received, operation.media_type(received.status))
    projected = any(name.lower() == "fields" for name in spelled.query)
    for violation in operation.check(received.status, data, projected=projected):
        if violation.kind == "broken":
            raise ContractViolationError(operation.id, violation.requirement, violation.expected, violation.actual)
    return data


def canonical(prepared: PreparedRequest, **changes: Any) -> DialectRequest:
    """Return the request as the harness's own client spells it; `changes` are those of `PreparedRequest.send`."""
    request = {**prepared.request, **changes}
    token, credentials, headers = request.get("token"), request.get("credentials", {}), request.get("headers", {})
    body = request.get("body")
    call = Call(prepared.operation, prepared.path, request.get("query") or {}, body, token, credentials, headers)
    sent = build(call, prepared.tenant.target, prepared.tenant.client.clock)
    return DialectRequest(
        sent.url.raw_path.decode().partition("?")[0], dict(sent.url.params), sent.headers, sent.content
    )


# Letter case --------------------------------------------------------------------------------------------------------


def recased(prepared: PreparedRequest, case: Callable[[str], str]) -> DialectRequest:
    """Return the request with path literals, query names and known JSON keys in another letter case."""
    plain = canonical(prepared, body=_recased(prepared.operation.body, prepared.body, case))
    literals = {part for part in prepared.operation.path.split("/") if not part.startswith("{")}
    path = "/".join(case(part) if part in literals else part for part in plain.path.split("/"))
    return DialectRequest(
        path, {case(name): value for name, value in plain.query.items()}, plain.headers, plain.content
    )


def _recased(schema: Json, value: Json, case: Callable[[str], str]) -> Json:
    schema = resolved(schema)
    if isinstance(value, dict) and isinstance(schema, dict):
        known = schema.get("properties", {})
        return {case(name) if name in known else name: _recased(known.get(name), value[name], case) for name in value}
    if isinstance(value, list) and isinstance(schema, dict):
        return [_recased(schema.get("items"), item, case) for item in value]
    return value


# Clients ------------------------------------------------------------------------------------------------------------


def _key(prepared: PreparedRequest) -> str:
    return prepared.tenant.target.api_key.reveal()


def _secret(prepared: PreparedRequest) -> str | None:
    secret: Secret | None = prepared.tenant.target.api_secret
    return secret.reveal() if secret and "apisecret" in prepared.operation.auth else None


def _token(prepared: PreparedRequest) -> str | None:
    return str(prepared.request["token"]) if "access_token" in prepared.operation.auth else None


def _present(**values: str | None) -> dict[str, str]:
    return {name.replace("__", "-"): value for name, value in values.items() if value is not None}


def node(prepared: PreparedRequest) -> DialectRequest:
    """Send the key as query `apiKey`, with a secret both as headers; the token in the query and as Bearer."""
    token, secret = _token(prepared), _secret(prepared)
    headers = _present(X__LoginRadius__apiKey=_key(prepared) if secret else None, X__LoginRadius__apiSecret=secret)
    return _as_client(prepared, {"apiKey": _key(prepared)} | _present(access_token=token), headers | _bearer(token))


def python(prepared: PreparedRequest) -> DialectRequest:
    """Send the key as query `apiKey`, the secret as a header, the token as Bearer; booleans capitalized."""
    spelled = _as_client(
        prepared,
        {"apiKey": _key(prepared)},
        _present(X__LoginRadius__ApiSecret=_secret(prepared)) | _bearer(_token(prepared)),
    )
    query = {
        name: str(value).capitalize() if value in {"true", "false"} else value for name, value in spelled.query.items()
    }
    return DialectRequest(spelled.path, query, spelled.headers, spelled.content)


def go(prepared: PreparedRequest) -> DialectRequest:
    """Send key and secret as headers, the token as Bearer; declare every GET a form."""
    secret = _present(X__LoginRadius__ApiSecret=_secret(prepared))
    headers = {"X-LoginRadius-ApiKey": _key(prepared)} | secret | _bearer(_token(prepared))
    form = {} if prepared.body is not None else {"Content-Type": "application/x-www-form-urlencoded"}
    return _as_client(prepared, {}, headers | form)


def elixir(prepared: PreparedRequest) -> DialectRequest:
    """Send key and token in the query, the secret as a header."""
    query = {"apikey": _key(prepared)} | _present(access_token=_token(prepared))
    return _as_client(prepared, query, _present(X__LoginRadius__ApiSecret=_secret(prepared)))


def dotnet(prepared: PreparedRequest) -> DialectRequest:
    """Send key and secret both as headers and in the query, the token as Bearer, a region, and a charset."""
    secret = _secret(prepared)
    query = {"apikey": _key(prepared), "region": "us"} | _present(apisecret=secret)
    typed = _present(Content__Type=None if prepared.body is None else "application/json; charset=utf-8")
    headers = {"X-LoginRadius-ApiKey": _key(prepared)} | _present(X__LoginRadius__ApiSecret=secret)
    return _as_client(prepared, query, headers | _bearer(_token(prepared)) | typed)


CLIENTS: Mapping[str, Callable[[PreparedRequest], DialectRequest]] = {
    "Node": node, "Python": python, "Go": go, "Elixir": elixir, ".NET": dotnet,
}  # fmt: skip


def _bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _as_client(prepared: PreparedRequest, query: Mapping[str, str], headers: Mapping[str, str]) -> DialectRequest:
    """Return the request with key, secret and token elsewhere; legacy calls, SOTTs and machines keep their places."""
    if prepared.operation.path.startswith(LEGACY):
        return canonical(prepared)
    elsewhere = [name for name in prepared.operation.auth if name not in {"sott", "machine_token"}]
    plain = canonical(prepared, credentials=dict.fromkeys(elsewhere))
    return DialectRequest(plain.path, {**plain.query, **query}, {**plain.headers, **headers}, plain.content)


# Forms --------------------------------------------------------------------------------------------------------------


def as_form(prepared: PreparedRequest) -> DialectRequest:
    """Return the request with its body as form fields."""
    plain = canonical(prepared)
    headers = {**plain.headers, "Content-Type": "application/x-www-form-urlencoded"}
    return DialectRequest(plain.path, plain.query, headers, urlencode(prepared.body).encode())
