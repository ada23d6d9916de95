"""Changes the emulator while it runs, and restores it."""

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
    """The changes that are in force, in the whole process.

    `code` names the functions with changed code, `operations` those with changed responses. `is_everywhere` is true
    where something else is changed that any operation may use. `changes` describes each change.
    """

    def __init__(self) -> None:
        self.code: set[str] = set()
        self.operations: set[str] = set()
        self.is_everywhere = False
        self.changes: list[str] = []
        self._texts: dict[Callable[..., Any], str] = {}  # source of a function as it runs now
        self._undo: list[Undo] = []

    def replace_source(self, function: Callable[..., Any], old: str, new: str, **names: Any) -> None:
        """Let a function run with `new` in place of `old`, which must occur in its source exactly once.

        `names` are objects that the new text needs and the function's module does not have. Text over several lines is
        indented as in the function, with its `def` at the margin. Calls in progress complete unchanged. Raise
        FaultError.
        """
        inner = inspect.unwrap(function)
        text = self._texts.get(inner) or dedent(inspect.getsource(inner))
        if text.count(old) != 1:
            raise FaultError(f"{_name(inner)} holds {old!r} {text.count(old)} times, not once")
        if old == new:
            raise FaultError(f"{_name(inner)} would not change")
        for name, value in names.items():
            self._put(inner.__globals__, name, value)
        self._texts[inner] = text.replace(old, new)
        self.changes.append(f"{_name(inner)}: {old} -> {new}")
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
        """Clear a cached function's cache, now and when the change is undone."""
        if hasattr(function, "cache_clear"):
            self.is_everywhere = True
            function.cache_clear()
            self._undo.append(function.cache_clear)

    def replace_entry(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        """Set a value in a table, or add one."""
        self.is_everywhere = True
        self.changes.append(f"{key!r}: {table.get(key)!r} -> {value!r}")
        self._put(table, key, value)

    def _put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        known, before = key in table, table.get(key)
        table[key] = value
        self._undo.append(lambda: table.__setitem__(key, before) if known else table.pop(key))

    def alter_response(self, change: Change, *operations: str) -> None:
        """Let `change(data, call)` make the body of successful responses of these operations; without any, of all."""
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
        """Restore everything."""
        while self._undo:
            self._undo.pop()()
        self._texts.clear()


def _compiled(function: Callable[..., Any], text: str) -> CodeType:
    """Return the code of a function's new source text; its decorators stay as they are."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise FaultError(f"{_name(function)} is no longer valid Python: {error}") from None
    definition = tree.body[0]
    if isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
        definition.decorator_list = []
    module = compile(tree, f"<fault in {_name(function)}>", "exec")
    code = next(constant for constant in module.co_consts if isinstance(constant, CodeType))
    return code.replace(co_qualname=function.__qualname__)


def _name(function: Any) -> str:
    return f"{function.__module__}.{function.__qualname__}"
