"""Requests that are built at random from the contracts' names, valid tokens and hostile values."""

import json
import random
import time
from collections import Counter
from typing import Any
from urllib.parse import quote, urlencode

from loginradius_harness import contracts
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.contracts.expected_errors import resolved
from loginradius_harness.contracts.operation import JSON_TYPE
from loginradius_harness.emulator.control import seeding
from loginradius_harness.emulator.control.api import ControlApi
from loginradius_harness.emulator.control.routes import routes
from loginradius_harness.emulator.core.ids import DEFAULT_KEY, DEFAULT_SECRET
from loginradius_harness.emulator.core.setting_fields import SettingField, setting_fields
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state.tenant import Tenant

Json = Any

HOSTILE: tuple[Json, ...] = (
    None, True, False, 0, -1, 1e308, 10**30, "", " ", "\x00", "'", '"', "<script>", "{}", "[]", "../..",
    "%00", "\U0001f600", "a" * 5_000, [], {}, [None], [[[[]]]], {"": None}, {"Type": "Primary", "Value": "x"}, ["x"],
    "2030-01-02", "13-45-2020", "null", "undefined", "NaN", "-0", "1;2", "%s%n", "${x}", "\u202e", "\uff21\uff22",
    "0" * 64, "a@b", "@", "a@example.com", "--5", "+5", " 5 ", "5e3", "9" * 5_000, "a/b", "50%", "a+b",
)  # fmt: skip
NOT_TEXT = (b"\xff", b"%ff", b"\xc3(", b"%00", b"\xed\xa0\x80")  # bytes that are no UTF-8, and NUL
STALL_SECONDS = 2.0  # of computing for one request
SLOW_SETTINGS = frozenset({"hash_rounds"})  # its bounds permit minutes of hashing, on purpose
INTENDED = frozenset({501, 503})  # documented operations without a contract; outages that a control call added
UNCHECKED = frozenset({302, 404, 405, 501})  # redirects, whose contract is about the Location; no operation
CONTROL_SHARE = 0.1  # of the requests to a tenant that changes


class Fuzzer:
    """Builds requests and sends them to one tenant of an application."""

    def __init__(self, app: App, tenant: Tenant, rng: random.Random) -> None:
        self._rng = rng
        self.app = app
        self.tenant = tenant
        self._known: list[Json] = []
        self.problems: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()

    async def prepare(self) -> None:
        """Create users, tokens and other valid values."""
        emails = await seeding.seed(self.tenant, 5, "Seeded-pass-1")
        for uid, account in self.tenant.accounts.scan():
            session = self.tenant.sessions.open(account, self.tenant.settings)
            self._known += [uid, account.id, session.token, session.refresh]
        self._known += [
            *emails,
            "Seeded-pass-1",
            "15550100100",
            "customobject",
            "Login",
            "emailverification",
            "facebook",
        ]

    async def send(self, count: int) -> None:
        """Send a number of requests."""
        for _ in range(count):
            operation = self._rng.choice(contracts.operations())
            await self.send_and_check(operation.id, *self._request(operation))

    async def send_to_changing_tenant(self, count: int) -> None:
        """Send a number of requests, some of which change settings or call the control API; contracts are not checked.

        A tenant may be set to answers that the contracts know of no product.
        """
        control = routes(ControlApi)
        for _ in range(count):
            if self._rng.random() > CONTROL_SHARE:
                operation = self._rng.choice(contracts.operations())
                await self._exchange(operation.id, *self._request(operation))
            elif self._rng.random() < 0.5:
                await self._exchange("PATCH settings", *self._control_request("PATCH", "settings", self._settings()))
            else:
                verb, path = self._rng.choice(list(control))
                hints = control[verb, path].hints
                await self._exchange(f"{verb} {path}", *self._control_request(verb, path, self._members(hints)))

    def _settings(self) -> dict[str, Json]:
        """Return some settings at their bounds, of their choices, or with hostile values."""
        fields = self._rng.sample(list(setting_fields().values()), 3)
        return {field.name: self._setting(field) for field in fields if field.name not in SLOW_SETTINGS}

    def _setting(self, field: SettingField) -> Json:
        fitting = [field.default, *field.choices, *(bound for bound in (field.low, field.high) if bound is not None)]
        if field.kind == "switch":
            fitting = [True, False]
        return self._rng.choice(fitting) if self._rng.random() < 0.8 else self._value()

    def _members(self, hints: dict[str, Any]) -> Json:
        """Return a body with some members of a control call; none that makes it wait."""
        known = getattr(hints.get("body", hints.get("query")), "__struct_fields__", ())
        return {name: self._value() for name in self._some(known) if name not in {"wait", "delay_ms"}}

    def _control_request(self, verb: str, path: str, members: Json) -> tuple[dict[str, Any], bytes]:
        headers = [(b"host", b"127.0.0.1")]
        query = urlencode({name: str(value) for name, value in members.items()}, errors="replace").encode()
        body = b"" if verb == "GET" else self.spoiled(json.dumps(members).encode())
        place = f"/__emulator__/{path}"
        scope = {
            "type": "http", "method": verb, "path": place, "raw_path": place.encode(), "scheme": "http",
            "query_string": query if verb == "GET" else b"", "headers": headers, "client": ("127.0.0.1", 1),
        }  # fmt: skip
        return scope, body

    def spoiled(self, sent: bytes) -> bytes:
        """Return bytes that, now and then, are no text."""
        if self._rng.random() > 0.02:
            return sent
        place = self._rng.randrange(len(sent) + 1)
        return sent[:place] + self._rng.choice(NOT_TEXT) + sent[place:]

    async def send_and_check(self, name: str, scope: dict[str, Any], body: bytes) -> None:
        """Send a request of the API and check the response against the contract of the operation that answered."""
        journals = (self.tenant.journal, self.app.registry.default.journal)
        before = sum(journal.count for journal in journals)
        status, response = await self._exchange(name, scope, body)
        newest = max((journal.entries[-1] for journal in journals if journal.entries), key=lambda entry: entry.at)
        if sum(journal.count for journal in journals) > before and newest.operation is not None:
            self._check(contracts.get(newest.operation), scope, status, response)

    async def _exchange(self, name: str, scope: dict[str, Any], body: bytes) -> tuple[int, bytes]:
        """Send a request; note a 5xx, an exception and a stall."""
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        began = time.process_time()
        try:
            await self.app(scope, receive, send)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is a finding
            self.problems[f"{name}: {type(error).__name__} {error}"] += 1
            return 0, b""
        if time.process_time() - began > STALL_SECONDS:
            self.problems[f"{name}: took more than {STALL_SECONDS:g} s"] += 1
        status, response = sent[0]["status"], b"".join(message.get("body", b"") for message in sent)
        self.statuses[status] += 1
        if status >= 500 and status not in INTENDED:
            self.problems[f"{name}: {status}"] += 1
        return status, response

    def _check(self, operation: Operation, scope: dict[str, Any], status: int, response: bytes) -> None:
        if status in UNCHECKED:
            return
        if operation.protocol == "oauth" and f'"ErrorCode":{ErrorCode.API_KEY_INVALID}'.encode() in response:
            return  # only the emulator finds the tenant of such a request by its key
        projected = b"fields" in scope["query_string"].lower()
        is_json = operation.media_type(status) == JSON_TYPE
        data = (json.loads(response) if is_json else response.decode()) if response else None
        for violation in operation.check(status, data, projected=projected):
            self.problems[f"{operation.id}: {violation}"] += 1

    def _request(self, operation: Operation) -> tuple[dict[str, Any], bytes]:
        path = self._rng.choice(operation.paths)
        for name in [part for part in path.split("/") if part.startswith("{")]:
            path = path.replace(name, quote(str(self._value()), safe="") or "x")
        query = {name: str(self._value()) for name in self._some((operation.query or {}).get("properties", {}))}
        if self._rng.random() < 0.95:
            query["apikey"] = DEFAULT_KEY
        headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
        if self._rng.random() < 0.9:
            headers.append((b"x-loginradius-apisecret", DEFAULT_SECRET.encode()))
        if self._rng.random() < 0.8:
            token = str(self._rng.choice(self._known)).encode("utf-8", "replace")
            headers.append((b"authorization", b"Bearer " + token))
        body = b"" if operation.body is None else json.dumps(self._body(operation.body)).encode()
        if self._rng.random() < 0.05:
            headers[1] = (b"content-type", b"application/x-www-form-urlencoded")
        scope = {
            "type": "http", "method": operation.method, "path": path, "raw_path": self.spoiled(path.encode()),
            "scheme": "http", "query_string": self.spoiled(urlencode(query, errors="replace").encode()),
            "headers": [(name, self.spoiled(value)) for name, value in headers], "client": ("127.0.0.1", 1),
        }  # fmt: skip
        return scope, self.spoiled(body)

    def _some(self, names: Any) -> list[str]:
        return [name for name in names if self._rng.random() < 0.7]

    def _body(self, schema: Json, depth: int = 0) -> Json:
        schema = resolved(schema)
        if depth > 3 or self._rng.random() < 0.1 or not isinstance(schema, dict):
            return self._value()
        properties = schema.get("properties")
        if properties:
            unknown = {"unknown": self._value()} if self._rng.random() < 0.1 else {}
            names = [name for name in properties if self._rng.random() < 0.6]
            return unknown | {name: self._body(properties[name], depth + 1) for name in names}
        if schema.get("type") == "array":
            return [self._body(schema.get("items", {}), depth + 1) for _ in range(self._rng.randrange(3))]
        return self._value()

    def _value(self) -> Json:
        return self._rng.choice(self._known if self._rng.random() < 0.6 else HOSTILE)
