"""Seeded faults: switches, each of which breaks one rule, to see whether the suites notice.

A fault is a line of the emulator written differently, while it is on and for the whole process. Nothing of the
emulator looks at faults, so that they cost nothing while they are off.
"""

from emulator.faults.patch import FaultError, Patch
from emulator.faults.registry import HARMLESS, Fault, UnknownFaultError, find, known, on, switch, switched_on

__all__ = [
    "HARMLESS", "Fault", "FaultError", "Patch", "UnknownFaultError", "find", "known", "on", "switch", "switched_on",
]  # fmt: skip
