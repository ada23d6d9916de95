"""The vendor's Python SDK, unmodified: which operation each of its methods calls, and with what.

A method is called once with markers for arguments while its request is caught. Where a marker turns up tells what the
argument is; the contract's prepared example then gives its value.
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
    """Stands for an argument and shows where it went: a text, because methods put arguments into paths."""

    __slots__ = ()


def marker(name: str) -> Marker:
    """The marker of a parameter."""
    return Marker(f"<{name}>")


@dataclass(frozen=True)
class Method:
    """One public method of one part of the SDK, e.g. `authentication.login_by_email`."""

    name: str
    parameters: tuple[str, ...]  # those without a default: what a caller has to give

    def of(self, made: Any) -> Callable[..., Json]:
        """The bound method of an SDK object."""
        part, _, name = self.name.partition(".")
        bound: Callable[..., Json] = getattr(getattr(made, part), name)
        return bound


@dataclass(frozen=True)
class Caught:
    """A request that was about to be sent."""

    verb: str
    path: str
    query: Mapping[str, Json] = field(default_factory=dict)
    payload: Json = None


def methods() -> Iterator[Method]:
    """Every public method, in the order of the SDK."""
    for part, api in vars(sdk()).items():
        if type(api).__module__.startswith("LoginRadius.api."):
            for name, function in inspect.getmembers(api, inspect.ismethod):
                if not name.startswith("_"):
                    yield Method(f"{part}.{name}", _needed(function))


def _needed(function: Callable[..., Any]) -> tuple[str, ...]:
    parameters = inspect.signature(function).parameters.values()
    return tuple(parameter.name for parameter in parameters if parameter.default is inspect.Parameter.empty)


def sdk(key: str = "unused", secret: str = "unused", url: str = "unused") -> Any:  # noqa: S107  # never sent
    """An SDK object whose hosts are at `url`; nothing else about it is changed."""
    LoginRadius.API_KEY, LoginRadius.API_SECRET = key, secret
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # it still asks distutils for versions
        made = LoginRadius()
    made.SECURE_API_URL = made.CONFIG_API_URL = f"{url}/"
    return made


def catch(method: Method) -> Caught:
    """The request of a method whose arguments are markers."""
    caught: list[Caught] = []

    def execute(verb: str, path: str, query: Mapping[str, Json], payload: Json) -> None:
        caught.append(Caught(verb, "/" + path.lstrip("/"), dict(query), payload))

    made = sdk()
    made.execute = execute
    method.of(made)(*(marker(name) for name in method.parameters))
    return caught[0]


def operation(method: Method, caught: Caught) -> Operation:
    """The operation that a request belongs to. Where only a body tells siblings apart, the method's name does."""
    body = caught.payload if isinstance(caught.payload, dict) else None
    match = contracts.resolve(caught.verb.upper(), caught.path, caught.query, body, lambda *_: None)
    assert match is not None, f"{method.name} calls {caught.verb} {caught.path}, which no contract knows"
    siblings = [known for known in contracts.operations() if _same_route(known, match.operation, caught)]
    by_token = [known for known in siblings if "access_token" in known.auth]
    if "access_token" in caught.query and by_token and match.operation not in by_token:
        return by_token[0]  # the SDK also sends the body of the sibling that works without a token
    if not isinstance(caught.payload, Marker):
        return match.operation
    return max(siblings, key=lambda known: _likeness(method.name, known))


def _same_route(known: Operation, found: Operation, caught: Caught) -> bool:
    given = {name.lower() for name in caught.query}
    wanted = {name.lower() for name, present in known.when.query.items() if present is True}
    return known.method == found.method and known.path == found.path and wanted <= given


def _likeness(name: str, known: Operation) -> float:
    part, _, method = name.partition(".")
    return SequenceMatcher(None, method, known.name).ratio() + (part[:4] == known.group[:4]) * 0.1


def arguments(method: Method, caught: Caught, known: Operation, request: Mapping[str, Json]) -> list[Json]:
    """The prepared example's values for a method's parameters, in their order."""
    return [_argument(marker(name), caught, known, request) for name in method.parameters]


def _argument(mark: Marker, caught: Caught, known: Operation, request: Mapping[str, Json]) -> Json:
    if caught.payload == mark:
        return request.get("body")
    for name, value in caught.query.items():
        if value == mark:
            return _credential(name, request) or _named(name, request.get("query") or {})
    if isinstance(caught.payload, dict):
        for name, value in caught.payload.items():
            if value == mark:
                return _named(name, request.get("body") or {})
    for template in known.paths:
        for part, value in zip(template.split("/"), caught.path.split("/"), strict=False):
            if value == mark and part.startswith("{"):
                return request["path"][part[1:-1]]
    raise AssertionError(f"{mark} turns up nowhere in {caught}")


def _credential(name: str, request: Mapping[str, Json]) -> Json:
    return {"access_token": request.get("token"), "sott": request.get("sott")}.get(name.lower())


def _named(name: str, part: Mapping[str, Json]) -> Json:
    """A member whose name is matched without regard to case; empty where the example does not need it."""
    return next((value for known, value in part.items() if known.lower() == name.lower()), "")
