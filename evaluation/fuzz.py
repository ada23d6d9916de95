"""`python -m evaluation.fuzz`: hostile and half-right requests at the emulator's door.

No answer may be a 5xx or break its contract.

Requests are put together at random from the contracts' names, live tokens and known bad values, and go through the
ASGI door in this process. The same `--seed` sends the same requests.
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
from loginradius_harness.emulator.core.presets import preset
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state.tenants import DEFAULT_KEY, DEFAULT_SECRET, TenantRegistry

Json = Any

NASTY: tuple[Json, ...] = (
    None, True, False, 0, -1, 1e308, 10**30, "", " ", "\x00", "'", '"', "<script>", "{}", "[]", "../..",
    "%00", "\U0001f600", "a" * 5_000, [], {}, [None], [[[[]]]], {"": None}, {"Type": "Primary", "Value": "x"}, ["x"],
    "2030-01-02", "13-45-2020", "null", "undefined", "NaN", "-0", "1;2", "%s%n", "${x}", "\u202e", "\uff21\uff22",
    "0" * 64, "a@b", "@", "a@example.com",
)  # fmt: skip
TENANTS = ("default", "mfa-optional", "phone-login", "username-login", "pin", "consent", "strict-security")


class Fuzzer:
    """Makes and sends requests to one tenant."""

    def __init__(self, name: str, chance: random.Random) -> None:
        self._chance = chance
        self.app = App(TenantRegistry(preset(name), seed=chance.randrange(1 << 30)))
        self.tenant = self.app.registry.default
        self._known: list[Json] = []
        self.found: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()

    async def prepare(self) -> None:
        """People and live values to be half right with."""
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
        """So many requests."""
        for _ in range(count):
            await self._one(self._chance.choice(contracts.operations()))

    async def _one(self, operation: Operation) -> None:
        scope, body = self._request(operation)
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        status, answer = sent[0]["status"], sent[1]["body"]
        self.statuses[status] += 1
        if status >= 500:
            self.found[f"{operation.id}: {status}"] += 1
        self._judge(scope, status, answer)

    def _judge(self, scope: dict[str, Any], status: int, answer: bytes) -> None:
        """Hold the answer against the contract of the operation that it came from."""
        entry = self.tenant.journal.entries[-1]
        if entry.operation is None or status in {404, 405}:
            return
        operation = contracts.get(entry.operation)
        projected = b"fields" in scope["query_string"].lower()
        for violation in operation.check(status, json.loads(answer), projected=projected):
            self.found[f"{operation.id}: {violation}"] += 1

    def _request(self, operation: Operation) -> tuple[dict[str, Any], bytes]:
        path = self._chance.choice(operation.paths)
        for name in [part for part in path.split("/") if part.startswith("{")]:
            path = path.replace(name, quote(str(self._value()), safe="") or "x")
        query = {name: str(self._value()) for name in self._some((operation.query or {}).get("properties", {}))}
        if self._chance.random() < 0.95:
            query["apikey"] = DEFAULT_KEY
        headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
        if self._chance.random() < 0.9:
            headers.append((b"x-loginradius-apisecret", DEFAULT_SECRET.encode()))
        if self._chance.random() < 0.8:
            token = str(self._chance.choice(self._known)).encode("utf-8", "replace")
            headers.append((b"authorization", b"Bearer " + token))
        body = b"" if operation.body is None else json.dumps(self._body(operation.body)).encode()
        scope = {
            "type": "http", "method": operation.method, "path": path, "raw_path": path.encode(), "scheme": "http",
            "query_string": urlencode(query, errors="replace").encode(), "headers": headers, "client": ("127.0.0.1", 1),
        }  # fmt: skip
        return scope, body

    def _some(self, names: Any) -> list[str]:
        return [name for name in names if self._chance.random() < 0.7]

    def _body(self, schema: Json, depth: int = 0) -> Json:
        schema = resolved(schema)
        if depth > 3 or self._chance.random() < 0.1 or not isinstance(schema, dict):
            return self._value()
        properties = schema.get("properties")
        if properties:
            return {
                name: self._body(member, depth + 1)
                for name, member in properties.items()
                if self._chance.random() < 0.6
            }
        if schema.get("type") == "array":
            return [self._body(schema.get("items", {}), depth + 1) for _ in range(self._chance.randrange(3))]
        return self._value()

    def _value(self) -> Json:
        return self._chance.choice(self._known if self._chance.random() < 0.6 else NASTY)


async def run(requests: int, seed: int) -> int:
    """Send the requests, shared evenly between tenants; 1 where an answer was wrong."""
    chance = random.Random(seed)  # noqa: S311  # chance that can be repeated
    found: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    for name in TENANTS:
        fuzzer = Fuzzer(name, chance)
        await fuzzer.prepare()
        await fuzzer.send(requests // len(TENANTS))
        found += fuzzer.found
        statuses += fuzzer.statuses
    lines = [f"{times:6} {text}" for text, times in found.most_common(40)]
    listed = ", ".join(f"{status}: {times}" for status, times in sorted(statuses.items()))
    total = f"{sum(statuses.values())} requests with seed {seed}; answers {listed}; {sum(found.values())} wrong"
    sys.stdout.write("\n".join([*lines, total, ""]))
    return 1 if found else 0


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    return asyncio.run(run(options.requests, options.seed))


if __name__ == "__main__":
    sys.exit(main())
