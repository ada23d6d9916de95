"""The methods of the vendor's Python SDK, with the operation and the arguments of each.

Each method is called once with markers as arguments, and its request is captured instead of sent. The place of a marker
in the request shows what the argument means; the contract's prepared example then provides its value.
"""

import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from LoginRadius import LoginRadius

from loginradius_harness import contracts
from loginradius_harness.contracts import Operation

Json = Any


class Marker(str):
    """A placeholder for an argument, recognisable in the request. It is a string because methods put it into paths."""

    __slots__ = ()


def marker(name: str) -> Marker:
    """Return the marker of a parameter."""
    return Marker(f"<{name}>")


@dataclass(frozen=True)
class Method:
    """One public method of one part of the SDK, such as `authentication.login_by_email`."""

    name: str
    parameters: tuple[str, ...]  # those without a default

    def bound_to(self, sdk: Any) -> Callable[..., Json]:
        """Return the method of an SDK object."""
        part, _, name = self.name.partition(".")
        bound: Callable[..., Json] = getattr(getattr(sdk, part), name)
        return bound


@dataclass(frozen=True)
class CapturedRequest:
    """A request that the SDK was about to send."""

    verb: str
    path: str
    query: Mapping[str, Json] = field(default_factory=dict)
    payload: Json = None


def methods() -> Iterator[Method]:
    """Yield every public method, in the order of the SDK."""
    for part, api in vars(sdk()).items():
        if type(api).__module__.startswith("LoginRadius.api."):
            for name, function in inspect.getmembers(api, inspect.ismethod):
                if not name.startswith("_"):
                    yield Method(f"{part}.{name}", _required(function))


def _required(function: Callable[..., Any]) -> tuple[str, ...]:
    parameters = inspect.signature(function).parameters.values()
    return tuple(parameter.name for parameter in parameters if parameter.default is inspect.Parameter.empty)


def sdk(key: str = "unused", secret: str = "unused", url: str = "unused") -> Any:  # noqa: S107  # never sent
    """Return an SDK object whose hosts are at `url`; nothing else is changed."""
    LoginRadius.API_KEY, LoginRadius.API_SECRET = key, secret
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # it uses distutils for versions
        made = LoginRadius()
    made.SECURE_API_URL = made.CONFIG_API_URL = f"{url}/"
    return made


def capture(method: Method) -> CapturedRequest:
    """Return the request of a method called with markers."""
    captured: list[CapturedRequest] = []

    def execute(verb: str, path: str, query: Mapping[str, Json], payload: Json) -> None:
        captured.append(CapturedRequest(verb, "/" + path.lstrip("/"), dict(query), payload))

    made = sdk()
    made.execute = execute
    method.bound_to(made)(*(marker(name) for name in method.parameters))
    return captured[0]


def operation(method: Method, captured: CapturedRequest) -> Operation:
    """Return the operation of a request. If only the body distinguishes operations of a route, compare their names."""
    body = captured.payload if isinstance(captured.payload, dict) else None
    match = contracts.resolve(captured.verb.upper(), captured.path, captured.query, body, lambda *_: None)
    assert match is not None, f"{method.name} calls {captured.verb} {captured.path}, which no contract knows"
    same_route = [known for known in contracts.operations() if _same_route(known, match.operation, captured)]
    by_token = [known for known in same_route if "access_token" in known.auth]
    if "access_token" in captured.query and by_token and match.operation not in by_token:
        return by_token[0]  # the SDK also sends the body of the operation that needs no token
    if not isinstance(captured.payload, Marker):
        return match.operation
    return max(same_route, key=lambda known: _similarity(method.name, known))


def _same_route(known: Operation, found: Operation, captured: CapturedRequest) -> bool:
    present = {name.lower() for name in captured.query}
    wanted = {name.lower() for name, condition in known.when.query.items() if condition is True}
    return known.method == found.method and known.path == found.path and wanted <= present


def _similarity(name: str, known: Operation) -> float:
    part, _, method = name.partition(".")
    return SequenceMatcher(None, method, known.name).ratio() + (part[:4] == known.group[:4]) * 0.1


def arguments(method: Method, captured: CapturedRequest, known: Operation, request: Mapping[str, Json]) -> list[Json]:
    """Return the prepared example's values for a method's parameters, in their order."""
    return [_argument(marker(name), captured, known, request) for name in method.parameters]


def _argument(mark: Marker, captured: CapturedRequest, known: Operation, request: Mapping[str, Json]) -> Json:
    if captured.payload == mark:
        return request.get("body")
    for name, value in captured.query.items():
        if value == mark:
            return _credential(name, request) or _named(name, request.get("query") or {})
    if isinstance(captured.payload, dict):
        for name, value in captured.payload.items():
            if value == mark:
                return _named(name, request.get("body") or {})
    for template in known.paths:
        for part, value in zip(template.split("/"), captured.path.split("/"), strict=False):
            if value == mark and part.startswith("{"):
                return request["path"][part[1:-1]]
    raise AssertionError(f"{mark} is nowhere in {captured}")


def _credential(name: str, request: Mapping[str, Json]) -> Json:
    return {"access_token": request.get("token"), "sott": request.get("sott")}.get(name.lower())


def _named(name: str, part: Mapping[str, Json]) -> Json:
    """Return a member by its name in any letter case; an empty string if the example has none."""
    return next((value for known, value in part.items() if known.lower() == name.lower()), "")
