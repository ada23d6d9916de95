"""Registry of the functions that answer operations."""

import inspect
from collections.abc import Awaitable, Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeVar

from loginradius_harness import contracts
from loginradius_harness.emulator.http.request import RequestContext

Handler = Callable[[RequestContext], Any] | Callable[[RequestContext], Awaitable[Any]]
Function = TypeVar("Function", bound=Callable[..., Any])

_handlers: dict[str, Handler] = {}


class RegistrationError(Exception):
    """An operation without contract, or with two handlers."""


def handles(*operation_ids: str) -> Callable[[Function], Function]:
    """Register a function as the handler of these operations."""

    def register(function: Function) -> Function:
        for operation_id in operation_ids:
            _register(operation_id, function)
        return function

    return register


def _register(operation_id: str, function: Callable[..., Any]) -> None:
    try:
        contracts.get(operation_id)
    except KeyError as error:
        raise RegistrationError(f"{_place(function)} handles an operation without contract: {error.args[0]}") from None
    if operation_id in _handlers:
        first = _place(_handlers[operation_id])
        raise RegistrationError(f"{operation_id} is handled twice: {first} and {_place(function)}")
    _handlers[operation_id] = function


def _place(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{inspect.unwrap(function).__code__.co_firstlineno}"


def handlers() -> dict[str, Handler]:
    """Operation id -> handler, all modules of `loginradius_harness.emulator.handlers` loaded.

    A new dictionary each time.
    """
    package = import_module("loginradius_harness.emulator.handlers")
    for module in iter_modules(package.__path__):
        import_module(f"loginradius_harness.emulator.handlers.{module.name}")
    return dict(_handlers)
