"""A step as a request: the same bytes for the engine, the same parts for locust's client."""

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from typing import Any

from loginradius_harness import contracts
from loginradius_harness.client import request
from loginradius_harness.client.request import Request
from loginradius_harness.contracts import Operation
from loginradius_harness.load.workload.app_variables import app_variables
from loginradius_harness.load.workload.computed_together import COMPUTED_TOGETHER
from loginradius_harness.load.workload.scenarios import Step
from loginradius_harness.load.workload.virtual_users import COMPUTED, VirtualUser
from loginradius_harness.target.target import Target

_VARIABLE = re.compile(r"\{(\w+)\}")


class Call:
    """A step bound to its contract and its target."""

    def __init__(self, step: Step, target: Target) -> None:
        self.step = step
        self.operation: Operation = contracts.get(step.operation)
        self._target = target
        self._absolute = bool(target.proxy) and target.api_url.startswith("http:")
        self._variables = variables_of(step)
        known = app_variables(target)
        self._of_app = {name: known[name] for name in self._variables & known.keys()}
        computes = step.computed or self._variables & COMPUTED.keys() or "sott" in self.operation.auth
        self._repeats = not computes

    def request(self, user: VirtualUser) -> Request:
        """Build the request with the harness's client."""
        step = self.step
        if step.computed:
            keep(user, COMPUTED_TOGETHER[step.computed](user))
        values: Mapping[str, str] = ChainMap(user, self._of_app) if self._of_app else user
        path, query, body = (_fill(part, values) for part in (step.path, step.query, step.body))
        token = user[step.token] if step.token else None
        return request.build(request.Call(self.operation, path, query, body, token, {}, {}), self._target, user.clock)

    def encode(self, user: VirtualUser) -> bytes:
        """Return the request as HTTP/1.1 bytes, from the user's cache where no variable of it has changed."""
        known = user.cached_requests.get(self)
        if known is None:
            known = _encode(self.request(user), absolute=self._absolute)
            if self._repeats:
                user.cached_requests[self] = known
        return known

    def uses(self, variables: Mapping[str, str]) -> bool:
        """Return whether one of these variables is part of the request."""
        return not self._variables.isdisjoint(variables)


def keep(user: VirtualUser, values: Mapping[str, str]) -> None:
    """Give a user values of an answer; drop the cached requests that used the old ones."""
    user.update(values)
    for call in [call for call in user.cached_requests if isinstance(call, Call) and call.uses(values)]:
        del user.cached_requests[call]


def _encode(made: Request, *, absolute: bool) -> bytes:
    """Return the request as bytes; a proxy that forwards plain HTTP wants the `absolute` URL."""
    url, content = made.url, made.content
    lines = [f"{made.method} {url if absolute else url.raw_path.decode()} HTTP/1.1", f"Host: {url.netloc.decode()}"]
    lines += ["User-Agent: loginradius-harness", "Accept: application/json", "Accept-Encoding: gzip"]
    lines += [f"{name}: {value}" for name, value in made.headers.items()]
    if content is not None or made.method != "GET":
        lines.append(f"Content-Length: {len(content or b'')}")
    return "\r\n".join([*lines, "\r\n"]).encode("latin-1") + (content or b"")


def variables_of(step: Step) -> set[str]:
    """Return the variables that a step sends."""
    return {*_variables([step.path, step.query, step.body]), *([step.token] if step.token else [])}


def _fill(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.format_map(values)
    if isinstance(value, Mapping):
        return {name: _fill(item, values) for name, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, values) for item in value]
    return value


def _variables(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _VARIABLE.findall(value)
    elif isinstance(value, Mapping):
        yield from _variables(list(value.values()))
    elif isinstance(value, list):
        for item in value:
            yield from _variables(item)
