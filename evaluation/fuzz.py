"""Send hostile and partly valid requests to the emulator: no response may be a 5xx or violate its contract.

Requests are built at random from the contracts' names, valid tokens and known problematic values, and are passed to
the ASGI application in this process. The same `--seed` sends the same requests.
"""

import argparse
import asyncio
import json
import random
import sys
from collections import Counter
from typing import Any
from urllib.parse import quote, urlencode

from loginradius_harness import contracts
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.expected_errors import resolved
from loginradius_harness.emulator.control import seeding
from loginradius_harness.emulator.core.ids import DEFAULT_KEY, DEFAULT_SECRET
from loginradius_harness.emulator.core.presets import preset
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state.tenants import TenantRegistry

Json = Any

HOSTILE: tuple[Json, ...] = (
    None, True, False, 0, -1, 1e308, 10**30, "", " ", "\x00", "'", '"', "<script>", "{}", "[]", "../..",
    "%00", "\U0001f600", "a" * 5_000, [], {}, [None], [[[[]]]], {"": None}, {"Type": "Primary", "Value": "x"}, ["x"],
    "2030-01-02", "13-45-2020", "null", "undefined", "NaN", "-0", "1;2", "%s%n", "${x}", "\u202e", "\uff21\uff22",
    "0" * 64, "a@b", "@", "a@example.com",
)  # fmt: skip
TENANTS = ("default", "mfa-optional", "phone-login", "username-login", "pin", "consent", "strict-security")


class Fuzzer:
    """Builds requests and sends them to one tenant."""

    def __init__(self, name: str, rng: random.Random) -> None:
        self._rng = rng
        self.app = App(TenantRegistry(preset(name), seed=rng.randrange(1 << 30)))
        self.tenant = self.app.registry.default
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
            await self._send_one(self._rng.choice(contracts.operations()))

    async def _send_one(self, operation: Operation) -> None:
        scope, body = self._request(operation)
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        status, response = sent[0]["status"], sent[1]["body"]
        self.statuses[status] += 1
        if status >= 500:
            self.problems[f"{operation.id}: {status}"] += 1
        self._check(scope, status, response)

    def _check(self, scope: dict[str, Any], status: int, response: bytes) -> None:
        """Check the response against the contract of the operation that answered."""
        entry = self.tenant.journal.entries[-1]
        if entry.operation is None or status in {404, 405}:
            return
        operation = contracts.get(entry.operation)
        projected = b"fields" in scope["query_string"].lower()
        for violation in operation.check(status, json.loads(response), projected=projected):
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
        scope = {
            "type": "http", "method": operation.method, "path": path, "raw_path": path.encode(), "scheme": "http",
            "query_string": urlencode(query, errors="replace").encode(), "headers": headers, "client": ("127.0.0.1", 1),
        }  # fmt: skip
        return scope, body

    def _some(self, names: Any) -> list[str]:
        return [name for name in names if self._rng.random() < 0.7]

    def _body(self, schema: Json, depth: int = 0) -> Json:
        schema = resolved(schema)
        if depth > 3 or self._rng.random() < 0.1 or not isinstance(schema, dict):
            return self._value()
        properties = schema.get("properties")
        if properties:
            return {
                name: self._body(member, depth + 1) for name, member in properties.items() if self._rng.random() < 0.6
            }
        if schema.get("type") == "array":
            return [self._body(schema.get("items", {}), depth + 1) for _ in range(self._rng.randrange(3))]
        return self._value()

    def _value(self) -> Json:
        return self._rng.choice(self._known if self._rng.random() < 0.6 else HOSTILE)


async def run(requests: int, seed: int) -> int:
    """Send requests, evenly distributed over tenants; return 1 if a response was wrong."""
    rng = random.Random(seed)  # noqa: S311  # reproducible on purpose
    problems: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    for name in TENANTS:
        fuzzer = Fuzzer(name, rng)
        await fuzzer.prepare()
        await fuzzer.send(requests // len(TENANTS))
        problems += fuzzer.problems
        statuses += fuzzer.statuses
    lines = [f"{times:6} {text}" for text, times in problems.most_common(40)]
    listed = ", ".join(f"{status}: {times}" for status, times in sorted(statuses.items()))
    total = f"{sum(statuses.values())} requests with seed {seed}; statuses {listed}; {sum(problems.values())} wrong"
    sys.stdout.write("\n".join([*lines, total, ""]))
    return 1 if problems else 0


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=200_000, help="number of requests (default: 200,000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the requests (default: 1)")
    options = parser.parse_args()
    return asyncio.run(run(options.requests, options.seed))


if __name__ == "__main__":
    sys.exit(main())
