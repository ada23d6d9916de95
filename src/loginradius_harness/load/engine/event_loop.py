"""The event loop of the engine: uvloop, or where that does not exist asyncio's own on a selector of the system.

Locust replaces the standard selectors by ones that belong to its greenlets; the engine's native thread needs the
original.
"""

import asyncio
import selectors
from collections.abc import Sequence
from typing import Any

from gevent import monkey

_select = monkey.get_original("select", "select")


class NativeSelector(selectors.SelectSelector):
    """`select` as the system has it, also in a process that locust has patched."""

    def _select(
        self, readers: Sequence[int], writers: Sequence[int], _: Sequence[int], timeout: float | None = None
    ) -> Any:
        readable, writable, broken = _select(readers, writers, writers, timeout)  # Windows tells failures apart
        return readable, writable + broken, []


def new() -> asyncio.AbstractEventLoop:
    """Return an event loop that a native thread can run."""
    try:
        import uvloop  # noqa: PLC0415  # absent on Windows
    except ImportError:
        return asyncio.SelectorEventLoop(NativeSelector())
    return uvloop.new_event_loop()
