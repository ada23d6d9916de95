"""Who answers: a stateful stand-in tenant of the whole API, in one process."""

from loginradius_harness.emulator.server.uvicorn_server import Running, running

__all__ = ["Running", "running"]
