"""Records which functions of the emulator a test runs: a test that never runs a changed function cannot notice it."""

import threading
from types import CodeType, FrameType
from typing import Any, Self


class Trace:
    """Functions called since the last `reset`, in threads that started while the trace was active."""

    def __init__(self) -> None:
        self.functions: set[str] = set()
        self._names: dict[CodeType, str | None] = {}

    def __enter__(self) -> Self:
        threading.settrace(self._call)
        return self

    def __exit__(self, *_exception: object) -> None:
        threading.settrace(None)

    def reset(self) -> None:
        """Forget the functions recorded so far."""
        self.functions = set()

    def _call(self, frame: FrameType, _event: str, _argument: Any) -> None:
        """Record the function that is entered. Returning None switches line events off."""
        code = frame.f_code
        if code not in self._names:
            module = frame.f_globals.get("__name__", "")
            self._names[code] = (
                f"{module}.{code.co_qualname}" if module.startswith("loginradius_harness.emulator.") else None
            )
        name = self._names[code]
        if name is not None:
            self.functions.add(name)
