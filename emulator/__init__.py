"""Who answers: a stateful stand-in tenant of the whole API, in one process."""

from emulator.server import Running, running

__all__ = ["Running", "running"]
