"""An emulator for one run, with a user and with prepared example requests."""

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
class Environment:
    """The address, credentials and prepared requests of one run."""

    url: str
    credentials: Credentials
    requests: Requests


@contextmanager
def environment(operations: Sequence[Operation], preset: str, seed: int) -> Iterator[Environment]:
    """Provide a tenant of a preset and the user whose token schemathesis gets.

    Each request without an access token is prepared with a user of its own, so that no request uses up what another
    one needs.
    """
    with emulator.running(preset=preset, seed=seed) as running, ExitStack() as stack:
        target = load_target(running.url, environ={})
        tenant = stack.enter_context(closing(TenantContext(target, lambda _exchange: None)))
        with_token = [operation for operation in operations if "access_token" in operation.auth]
        holder = _preconditions(stack, tenant, with_token)
        holder.want("token")
        requests = _requests(holder, with_token)
        for operation in operations:
            if operation not in with_token:
                requests |= _requests(_preconditions(stack, tenant, [operation]), [operation])
        begin, end = sott.window(datetime.now(UTC))
        credentials = Credentials(
            apikey=running.api_key,
            apisecret=running.api_secret,
            access_token=holder.value("token"),
            uid=holder.value("person.uid"),
            sott=sott.generate(Secret(running.api_key), Secret(running.api_secret), begin, end),
        )
        yield Environment(running.url, credentials, requests)


def _preconditions(stack: ExitStack, tenant: TenantContext, operations: Sequence[Operation]) -> Preconditions:
    """Return the preconditions of the operations' examples, for a new user."""
    needed = stack.enter_context(Preconditions(tenant.journey))
    needed.want(*(name for operation in operations for name in names_in(operation.example)))
    return needed


def _requests(needed: Preconditions, operations: Sequence[Operation]) -> Requests:
    """Return the requests that succeed on this tenant; one that needs other settings has no example."""
    requests: Requests = {}
    for operation in operations:
        with contextlib.suppress(UnsupportedByTarget, ContractViolationError):
            request = needed.prepare(operation)
            requests[operation.id] = {part: request[part] for part in ("path", "query", "body") if part in request}
    return requests
