"""Seeded faults: switches, each of which breaks one rule, to see whether the suites notice.

A fault is a line of the emulator written differently, while it is on and for the whole process. Nothing of the
emulator looks at faults, so that they cost nothing while they are off.

A new one is one entry in the module of its class, and nothing else lists it:

    faults.replace_source(
        "last_one_is_removed", "emails.last_one_stays",       # its name; the rule, or operation, that it breaks
        addresses.remove, "raise ApiError(ErrorCode.LAST_EMAIL_NOT_REMOVABLE)", "pass",  # function, text, new text
    )

`faults.replace_entry` replaces a value in a table, `@faults.alter_response` changes the body of an answer, `@faults.patch` does several
things. `python -m evaluation.fault_injection --fault emails.last_one_is_removed` then tells whether a test of the suites notices.
"""

from loginradius_harness.faults.registry import (
    NEUTRAL,
    Fault,
    UnknownFaultError,
    activate,
    activated,
    active_names,
    all_faults,
    find,
)
from loginradius_harness.faults.source_patch import FaultError, SourcePatch

__all__ = [
    "NEUTRAL",
    "Fault",
    "FaultError",
    "SourcePatch",
    "UnknownFaultError",
    "activate",
    "activated",
    "active_names",
    "all_faults",
    "find",
]  # fmt: skip
