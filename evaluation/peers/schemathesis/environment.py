"""An emulator of the run's own, with a person in it and the requests of the examples ready to succeed."""

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from evaluation.peers.schemathesis.schemathesis_run import Credentials
from loginradius_harness import emulator
from loginradius_harness.client import sott
from loginradius_harness.client.errors import ContractViolationError, UnsupportedByTarget
from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts import Operation
from loginradius_harness.preconditions.registry import Preconditions, names_in
from loginradius_harness.target.target import load_target
from loginradius_harness.tenants import TenantContext

Json = Any
Requests = dict[str, dict[str, Json]]  # operation -> path, query and body


@dataclass(frozen=True)
class Ground:
    """Where a run plays."""

    url: str
    credentials: Credentials
    requests: Requests


@contextmanager
def ground(operations: Sequence[Operation], preset: str, seed: int) -> Iterator[Ground]:
    """A tenant of a preset, and in it the person whose token the rival is given.

    Requests that no token opens are prepared with people of their own, so that one does not use up what another needs.
    """
    with emulator.running(preset=preset, seed=seed) as running, ExitStack() as stack:
        target = load_target(running.url, environ={})
        scene = stack.enter_context(closing(TenantContext(target, lambda _exchange: None)))
        opened = [operation for operation in operations if "access_token" in operation.auth]
        holder = _givens(stack, scene, opened)
        holder.want("token")
        requests = _requests(holder, opened)
        for operation in operations:
            if operation not in opened:
                requests |= _requests(_givens(stack, scene, [operation]), [operation])
        begin, end = sott.window(datetime.now(UTC))
        credentials = Credentials(
            apikey=running.api_key,
            apisecret=running.api_secret,
            access_token=holder.value("token"),
            uid=holder.value("person.uid"),
            sott=sott.generate(Secret(running.api_key), Secret(running.api_secret), begin, end),
        )
        yield Ground(running.url, credentials, requests)


def _givens(stack: ExitStack, scene: TenantContext, operations: Sequence[Operation]) -> Preconditions:
    """A person who will have what the operations' examples name."""
    givens = stack.enter_context(Preconditions(scene.journey))
    givens.want(*(name for operation in operations for name in names_in(operation.example)))
    return givens


def _requests(givens: Preconditions, operations: Sequence[Operation]) -> Requests:
    """What can be had on this tenant; one that needs other settings stays without an example."""
    requests: Requests = {}
    for operation in operations:
        with contextlib.suppress(UnsupportedByTarget, ContractViolationError):
            request = givens.prepare(operation)
            requests[operation.id] = {part: request[part] for part in ("path", "query", "body") if part in request}
    return requests
