"""Requests that would succeed, each with some of its values replaced or damaged.

Every operation is prepared as the contract suites prepare it, so that a request that is wrong at one place gets past
the checks that come before: it has users, tokens, factors, passkeys, codes of OAuth clients and signed challenges.
"""

import random
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from evaluation.fuzz.fuzzer import HOSTILE, Fuzzer
from loginradius_harness import contracts, emulator
from loginradius_harness.client import request
from loginradius_harness.client.request import Call
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.expected_errors import resolved
from loginradius_harness.emulator.server.app import App
from loginradius_harness.preconditions.registry import Preconditions, PreconditionUnavailable
from loginradius_harness.target.target import load_target
from loginradius_harness.tenants import TenantContext, TenantProvider

Json = Any
Place = tuple[Any, ...]  # names and indexes that lead to a value
Parts = dict[str, Json]  # path, query, body and token of a request

PARTS = ("path", "query", "body")


@dataclass(frozen=True)
class Prepared:
    """An operation's request that would succeed once, and the tenant that it is for."""

    operation: Operation
    tenant: TenantContext
    parts: Parts


def prepared(rng: random.Random) -> tuple[App, list[Prepared]]:
    """Return an application and, for each operation that can be prepared, its request."""
    found = []
    with emulator.running(seed=rng.randrange(1 << 30)) as running:
        tenants = TenantProvider(load_target(running.url, environ={}), lambda _exchange: None)
        for operation in contracts.operations():
            tenant = tenants.for_preset(operation.preset)
            assert tenant.control is not None, "an emulator"
            tenant.control.patch_settings({"webhook_limit": 1_000})  # what preparations create is kept for later
            with suppress(PreconditionUnavailable):
                found.append(Prepared(operation, tenant, Preconditions(tenant.journey).prepare(operation)))
        for tenant in {one.tenant for one in found}:
            tenant.client.clock.now()  # read while there is a server to ask; SOTTs of the spoiled requests need it
            tenant.close()
    return running.app, found


async def send(app: App, requests: list[Prepared], rng: random.Random, count: int) -> Fuzzer:
    """Send spoiled copies of requests, as many of each; return what was found."""
    fuzzer = Fuzzer(app, app.registry.default, rng)
    for one in requests:
        tenant = app.registry.by_key(one.tenant.target.api_key.reveal())
        assert tenant is not None, "the application has the tenants that were prepared"
        fuzzer.tenant = tenant
        for _ in range(count // len(requests)):
            scope, body = _message(one.operation, one.tenant, _spoiled(rng, one.operation, one.parts), rng)
            await fuzzer.send_and_check(one.operation.id, scope, fuzzer.spoiled(body))
    return fuzzer


def _spoiled(rng: random.Random, operation: Operation, parts: Parts) -> Parts:
    """Return a copy in which up to two values are replaced or damaged, those included that the example leaves out."""
    copy = deepcopy(parts)
    for part, schema in (("query", operation.query), ("body", operation.body)):
        names = list((resolved(schema) or {}).get("properties", {}))
        if names and isinstance(copy.get(part, {}), dict) and rng.random() < 0.3:
            copy.setdefault(part, {})[rng.choice(names)] = deepcopy(rng.choice(HOSTILE))
    places = list(_places({part: copy[part] for part in PARTS if part in copy}))
    for place in rng.sample(places, min(len(places), rng.randrange(3))):
        _replace(copy, place, rng)
    return copy


def _places(value: Json, place: Place = ()) -> Iterator[Place]:
    """Yield the place of every value inside a request's parts."""
    if len(place) > 1:
        yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in inner:
        yield from _places(member, (*place, key))


def _replace(parts: Parts, place: Place, rng: random.Random) -> None:
    """Replace or damage the value at a place, unless what held it has been replaced before."""
    holder: Json = parts
    try:
        for key in place[:-1]:
            holder = holder[key]
        former = holder[place[-1]]
    except (LookupError, TypeError):
        return
    if isinstance(holder, dict | list):
        damages = isinstance(former, str) and former and rng.random() < 0.5
        holder[place[-1]] = _damaged(former, rng) if damages else deepcopy(rng.choice(HOSTILE))


def _damaged(text: str, rng: random.Random) -> str:
    """Return a text with one character changed, cut off at it, or with a part repeated."""
    at = rng.randrange(len(text))
    return rng.choice((
        text[:at] + rng.choice("A0a_- %/+=\x00é") + text[at + 1 :], text[:at], text[at:], text + text[at:],
        text.swapcase(), f" {text} ",
    ))  # fmt: skip


def _message(operation: Operation, tenant: TenantContext, parts: Parts, rng: random.Random) -> tuple[Json, bytes]:
    """Return ASGI scope and body of a request; a flat body is sometimes sent as a form."""
    body = parts.get("body")
    path = {name: str(value) for name, value in parts.get("path", {}).items()}
    query = {name: value if isinstance(value, bool) else str(value) for name, value in parts.get("query", {}).items()}
    call = Call(operation, path, query, body, parts.get("token"), {}, {})
    try:
        sent = request.build(call, tenant.target, tenant.client.clock)
    except (UnicodeEncodeError, httpx.InvalidURL):
        sent = request.build(Call(operation, path, {}, body, None, {}, {}), tenant.target, tenant.client.clock)
    headers = {**sent.headers, "host": "127.0.0.1"}
    content = sent.content or b""
    if isinstance(body, dict) and rng.random() < 0.1:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        content = urlencode(body, errors="replace").encode()
    scope = {
        "type": "http", "method": sent.method, "path": sent.url.path, "raw_path": sent.url.raw_path.split(b"?")[0],
        "scheme": "http", "query_string": sent.url.query, "client": ("127.0.0.1", 1),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    return scope, content
