"""An emulator of the run's own, with a person in it and the requests of the examples ready to succeed."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import emulator
from contracts import Operation
from harness import settings, sott
from harness.failures import ContractBroken, NotOffered
from harness.given import Givens, names_in
from harness.secrets import Secret
from harness.stage import Scene
from tests.rival.opponent import Credentials

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
    """A tenant of a preset, and in it one person whose token and whose requests the rival is given."""
    with emulator.running(preset=preset, seed=seed) as running:
        target = settings.load(running.url, environ={})
        with closing(Scene(target, lambda _exchange: None)) as scene, Givens(scene.journey) as givens:
            givens.preset = preset
            givens.want("token", *(name for operation in operations for name in names_in(operation.example)))
            requests = dict(_requests(operations, givens))
            begin, end = sott.window(datetime.now(UTC))
            credentials = Credentials(
                apikey=running.api_key,
                apisecret=running.api_secret,
                access_token=givens.value("token"),
                uid=givens.value("person.uid"),
                sott=sott.generate(Secret(running.api_key), Secret(running.api_secret), begin, end),
            )
            yield Ground(running.url, credentials, requests)


def _requests(operations: Sequence[Operation], givens: Givens) -> Iterator[tuple[str, dict[str, Json]]]:
    """What can be had on this tenant; one that needs other settings stays without an example."""
    for operation in operations:
        try:
            request = givens.prepare(operation)
        except (NotOffered, ContractBroken):
            continue
        yield operation.id, {part: request[part] for part in ("path", "query", "body") if part in request}
