"""Routes of the control API: verb and path, and what a method's annotations say that it takes and returns."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any, get_type_hints

import msgspec

Method = Callable[..., Awaitable[Any]]
TENANT_PARAMETER = "apikey"  # the query parameter that names the tenant, in every call


class InvalidControlCallError(Exception):
    """A control call that cannot be carried out. The message is for the caller."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True)
class Route:
    """A control call. Its method takes the tenant, and `query` and `body` where it is annotated with them."""

    verb: str
    path: str
    method: Method

    @cached_property
    def hints(self) -> dict[str, Any]:
        """Return the types of `query`, `body` and `return`, where the method has them."""
        hints = get_type_hints(self.method, include_extras=True)
        return {name: hints[name] for name in ("query", "body", "return") if name in hints}

    @property
    def summary(self) -> str:
        """Return what the call does."""
        return inspect.getdoc(self.method) or ""

    def arguments(self, query: dict[str, str], raw: bytes) -> dict[str, Any]:
        """Return the method's arguments. Raise InvalidControlCallError, which names the place that is wrong."""
        arguments: dict[str, Any] = {}
        if "query" in self.hints:
            given = {name: value for name, value in query.items() if value and name != TENANT_PARAMETER}
            arguments["query"] = self._convert("query", given)
        if "body" in self.hints:
            arguments["body"] = self._convert("body", self._decode(raw))
        return arguments

    def _decode(self, raw: bytes) -> Any:
        if not raw:
            return {}
        try:
            return msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidControlCallError(f"the body of {self.verb} /{self.path} is not JSON: {error}") from None

    def _convert(self, part: str, given: Any) -> Any:
        wanted = self.hints[part]
        self._check_names(part, given, wanted)
        try:
            return msgspec.convert(given, wanted, strict=part == "body")
        except msgspec.ValidationError as error:
            raise InvalidControlCallError(f"the {part} of {self.verb} /{self.path} is refused: {error}") from None

    def _check_names(self, part: str, given: Any, wanted: Any) -> None:
        if not isinstance(given, dict) or not isinstance(wanted, type) or not issubclass(wanted, msgspec.Struct):
            return
        known = wanted.__struct_fields__
        for name in given:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(known)}"
                raise InvalidControlCallError(f"the {part} of {self.verb} /{self.path} has no {name!r}; {hint}")


def route(verb: str, path: str) -> Callable[[Method], Method]:
    """Route a verb and path to the decorated method."""

    def mark(method: Method) -> Method:
        method.route = Route(verb, path, method)  # type: ignore[attr-defined]  # read back by `routes`
        return method

    return mark


def routes(of: type) -> dict[tuple[str, str], Route]:
    """Return every route of a class by verb and path."""
    found = (getattr(member, "route", None) for member in vars(of).values())
    return {(one.verb, one.path): one for one in found if one is not None}


def verb_of(method: str) -> str:
    """Return the verb that a request's method stands for: HEAD asks for the headers of GET (RFC 9110 9.3.2)."""
    return "GET" if method == "HEAD" else method


def allowed(known: dict[tuple[str, str], Route], path: str) -> list[str]:
    """Return the methods that a path takes, HEAD and OPTIONS included; none for an unknown path."""
    verbs = {verb for verb, place in known if place == path}
    return sorted(verbs | {"OPTIONS"} | ({"HEAD"} if "GET" in verbs else set())) if verbs else []


def find(known: dict[tuple[str, str], Route], verb: str, path: str) -> Route:
    """Return a route. Raise InvalidControlCallError: 405 for another verb of a known path, 404 for an unknown path."""
    if (verb, path) in known:
        return known[verb, path]
    verbs = sorted(other for other, place in known if place == path)
    if verbs:
        raise InvalidControlCallError(f"/__emulator__/{path} takes {', '.join(verbs)}, not {verb}", 405)
    near = get_close_matches(path, [place for _, place in known], n=1)
    hint = f"did you mean /__emulator__/{near[0]}?" if near else "see /__emulator__/openapi.json"
    raise InvalidControlCallError(f"no control call {verb} /__emulator__/{path}; {hint}", 404)
