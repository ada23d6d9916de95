"""The same request spelled in other ways: letter case, spaces, form fields, and the habits of published clients."""

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
LEGACY = "/api/v2/"  # its calls look the same from every client


@dataclass(frozen=True)
class DialectRequest:
    """A request, part by part, before it is put on the wire."""

    path: str
    query: Mapping[str, Json]
    headers: Mapping[str, str]
    content: bytes | None

    def send(self, ready: PreparedRequest) -> tuple[int, Json]:
        """Status and JSON of the answer, which has been held to its contract."""
        operation = ready.operation
        usual = Call(operation, ready.path, ready.query, ready.body, None, {}, {})
        ready.scene.client.check_allowed(usual)  # however it is spelled, it does the same
        received = raw_http.send(
            ready.scene, operation.method, self.path, query=self.query, headers=self.headers, content=self.content
        )
        data = _kept(operation, self, received)
        if received.status in operation.responses:
            ready.undo_afterwards(ready.body, data)
        return received.status, data


def _kept(operation: Operation, spelled: DialectRequest, received: Received) -> Json:
    data = decode(received)
    projected = any(name.lower() == "fields" for name in spelled.query)
    for violation in operation.check(received.status, data, projected=projected):
        if violation.kind == "broken":
            raise ContractViolationError(operation.id, violation.requirement, violation.expected, violation.actual)
    return data


def canonical(ready: PreparedRequest, **changes: Any) -> DialectRequest:
    """The request as the harness's own client spells it; `changes` are those of `PreparedRequest.send`."""
    request = {**ready.request, **changes}
    token, credentials, headers = request.get("token"), request.get("credentials", {}), request.get("headers", {})
    body = request.get("body")
    call = Call(ready.operation, ready.path, request.get("query") or {}, body, token, credentials, headers)
    sent = build(call, ready.scene.target, ready.scene.client.clock)
    return DialectRequest(
        sent.url.raw_path.decode().partition("?")[0], dict(sent.url.params), sent.headers, sent.content
    )


# Letter case --------------------------------------------------------------------------------------------------------


def recased(ready: PreparedRequest, case: Callable[[str], str]) -> DialectRequest:
    """Path literals, query names and the JSON keys that the contract names, in another letter case."""
    plain = canonical(ready, body=_recased(ready.operation.body, ready.body, case))
    literals = {part for part in ready.operation.path.split("/") if not part.startswith("{")}
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


def _key(ready: PreparedRequest) -> str:
    return ready.scene.target.api_key.reveal()


def _secret(ready: PreparedRequest) -> str | None:
    secret: Secret | None = ready.scene.target.api_secret
    return secret.reveal() if secret and "apisecret" in ready.operation.auth else None


def _token(ready: PreparedRequest) -> str | None:
    return str(ready.request["token"]) if "access_token" in ready.operation.auth else None


def _present(**values: str | None) -> dict[str, str]:
    return {name.replace("__", "-"): value for name, value in values.items() if value is not None}


def node(ready: PreparedRequest) -> DialectRequest:
    """Key in the query as `apiKey`, with a secret both as headers; the token in the query and as Bearer."""
    token, secret = _token(ready), _secret(ready)
    headers = _present(X__LoginRadius__apiKey=_key(ready) if secret else None, X__LoginRadius__apiSecret=secret)
    return _as_client(ready, {"apiKey": _key(ready)} | _present(access_token=token), headers | _bearer(token))


def python(ready: PreparedRequest) -> DialectRequest:
    """Key in the query as `apiKey`, secret as a header, the token as Bearer; booleans with a capital."""
    spelled = _as_client(
        ready,
        {"apiKey": _key(ready)},
        _present(X__LoginRadius__ApiSecret=_secret(ready)) | _bearer(_token(ready)),
    )
    query = {
        name: str(value).capitalize() if value in {"true", "false"} else value for name, value in spelled.query.items()
    }
    return DialectRequest(spelled.path, query, spelled.headers, spelled.content)


def go(ready: PreparedRequest) -> DialectRequest:
    """Key and secret as headers, the token as Bearer; every GET says that it is a form."""
    secret = _present(X__LoginRadius__ApiSecret=_secret(ready))
    headers = {"X-LoginRadius-ApiKey": _key(ready)} | secret | _bearer(_token(ready))
    form = {} if ready.body is not None else {"Content-Type": "application/x-www-form-urlencoded"}
    return _as_client(ready, {}, headers | form)


def elixir(ready: PreparedRequest) -> DialectRequest:
    """Key and token in the query, the secret as a header."""
    query = {"apikey": _key(ready)} | _present(access_token=_token(ready))
    return _as_client(ready, query, _present(X__LoginRadius__ApiSecret=_secret(ready)))


def dotnet(ready: PreparedRequest) -> DialectRequest:
    """Key and secret both as headers and in the query, the token as Bearer, a region, and content with its charset."""
    secret = _secret(ready)
    query = {"apikey": _key(ready), "region": "us"} | _present(apisecret=secret)
    typed = _present(Content__Type=None if ready.body is None else "application/json; charset=utf-8")
    headers = {"X-LoginRadius-ApiKey": _key(ready)} | _present(X__LoginRadius__ApiSecret=secret)
    return _as_client(ready, query, headers | _bearer(_token(ready)) | typed)


CLIENTS: Mapping[str, Callable[[PreparedRequest], DialectRequest]] = {
    "Node": node, "Python": python, "Go": go, "Elixir": elixir, ".NET": dotnet,
}  # fmt: skip


def _bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _as_client(ready: PreparedRequest, query: Mapping[str, str], headers: Mapping[str, str]) -> DialectRequest:
    """The request with its key, secret and token in other places; legacy calls and SOTTs stay where they are."""
    if ready.operation.path.startswith(LEGACY):
        return canonical(ready)
    moved = [name for name in ready.operation.auth if name != "sott"]
    plain = canonical(ready, credentials=dict.fromkeys(moved), token=None)
    return DialectRequest(plain.path, {**plain.query, **query}, {**plain.headers, **headers}, plain.content)


# Forms --------------------------------------------------------------------------------------------------------------


def as_form(ready: PreparedRequest) -> DialectRequest:
    """The body's texts as form fields."""
    plain = canonical(ready)
    headers = {**plain.headers, "Content-Type": "application/x-www-form-urlencoded"}
    return DialectRequest(plain.path, plain.query, headers, urlencode(ready.body).encode())
