"""Changing the emulator while it runs, and putting everything back."""

import ast
import inspect
from collections.abc import Callable
from textwrap import dedent
from types import CodeType
from typing import Any

import msgspec

from loginradius_harness.emulator.control.fault_switches import InvalidFaultError
from loginradius_harness.emulator.http.asgi import encode
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.server.app import RequestCycle

Json = Any
Change = Callable[[Json, RequestContext], Json]
Undo = Callable[[], Any]


class FaultError(InvalidFaultError):
    """A fault that cannot be switched on as it is written. The message is for its author."""


class SourcePatch:
    """What is changed at present, in the whole process.

    `code` names the functions that run other code than written, `operations` those whose answers are changed. Where
    `is_everywhere`, something else is changed too, and no telling who uses it. `changes` says each change in words.
    """

    def __init__(self) -> None:
        self.code: set[str] = set()
        self.operations: set[str] = set()
        self.is_everywhere = False
        self.changes: list[str] = []
        self._texts: dict[Callable[..., Any], str] = {}  # source of a function as it runs now
        self._undo: list[Undo] = []

    def replace_source(self, function: Callable[..., Any], was: str, becomes: str, **names: Any) -> None:
        """Let a function run with other source text: `was`, which stands in it once, `becomes` something else.

        `names` are what the new text needs beyond the names of the function's module. Text over several lines is
        indented as in the function, whose own `def` stands at the margin. Calls that are under way go on as they were.
        """
        inner = inspect.unwrap(function)
        text = self._texts.get(inner) or dedent(inspect.getsource(inner))
        if text.count(was) != 1:
            raise FaultError(f"{_name(inner)} holds {was!r} {text.count(was)} times, not once")
        if was == becomes:
            raise FaultError(f"{_name(inner)} would stay as it is")
        for name, value in names.items():
            self._put(inner.__globals__, name, value)
        self._texts[inner] = text.replace(was, becomes)
        self.changes.append(f"{_name(inner)}: {was} -> {becomes}")
        self._run(inner, _compiled(inner, self._texts[inner]))
        self._forget(function)

    def _run(self, function: Any, code: CodeType) -> None:
        before = function.__code__
        try:
            function.__code__ = code
        except ValueError as error:
            raise FaultError(f"{_name(function)} cannot run other code: {error}") from None
        self.code.add(_name(function))
        self._undo.append(lambda: setattr(function, "__code__", before))

    def _forget(self, function: Any) -> None:
        """What a cached function answered before is not what it answers now, and the other way round."""
        if hasattr(function, "cache_clear"):
            self.is_everywhere = True
            function.cache_clear()
            self._undo.append(function.cache_clear)

    def replace_entry(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        """Another value, or a new one, in a table."""
        self.is_everywhere = True
        self.changes.append(f"{key!r}: {table.get(key)!r} -> {value!r}")
        self._put(table, key, value)

    def _put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        known, before = key in table, table.get(key)
        table[key] = value
        self._undo.append(lambda: table.__setitem__(key, before) if known else table.pop(key))

    def alter_response(self, change: Change, *operations: str) -> None:
        """Let `change(data, call)` make another body of what these operations answer on success; none named: all."""
        dispatch = RequestCycle._dispatch

        async def changed(exchange: RequestCycle, call: RequestContext) -> Json:
            data = await dispatch(exchange, call)
            if operations and call.operation.id not in operations:
                return data
            return change(msgspec.json.decode(encode(data)), call)

        bound = [cell.cell_contents for cell in change.__closure__ or ()]
        self.changes.append(f"{', '.join(operations)}: {inspect.getsource(change)} {bound!r}")
        self.operations |= set(operations)
        self.is_everywhere |= not operations
        RequestCycle._dispatch = changed  # type: ignore[method-assign, assignment]  # a fault changes what is inside
        self._undo.append(lambda: setattr(RequestCycle, "_dispatch", dispatch))

    def undo(self) -> None:
        """Put everything back."""
        while self._undo:
            self._undo.pop()()
        self._texts.clear()


def _compiled(function: Callable[..., Any], text: str) -> CodeType:
    """The code of a function's new text; its decorators stay those that it has."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise FaultError(f"{_name(function)} cannot be read any more: {error}") from None
    definition = tree.body[0]
    if isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
        definition.decorator_list = []
    module = compile(tree, f"<fault in {_name(function)}>", "exec")
    code = next(constant for constant in module.co_consts if isinstance(constant, CodeType))
    return code.replace(co_qualname=function.__qualname__)


def _name(function: Any) -> str:
    return f"{function.__module__}.{function.__qualname__}"
