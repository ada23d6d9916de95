"""A stateful emulator of a LoginRadius tenant, in one process.

`running()` starts it in a thread, for tests. The server is imported on first use, so that state and building blocks
load without it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the names that `__getattr__` loads
    from loginradius_harness.emulator.server.uvicorn_server import Running, running

__all__ = ["Running", "running"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("loginradius_harness.emulator.server.uvicorn_server"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
