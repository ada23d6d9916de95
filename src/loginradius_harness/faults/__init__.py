"""Seeded faults: each makes the emulator violate one rule, to see whether the suites detect it.

A fault replaces a piece of the emulator's source while it is on, in the whole process. The emulator itself does not
refer to faults, so that they cost nothing while they are off.

A new fault is one entry in the module of its category; nothing else lists it:

    faults.replace_source(
        "last_one_is_removed", "emails.last_one_stays",  # name of the fault; the rule or operation that it violates
        addresses.remove,  # the function to change
        "raise ApiError(ErrorCode.LAST_EMAIL_NOT_REMOVABLE)", "pass",  # text in its source, and the text to run instead
    )

`faults.replace_entry` replaces a value in a table, `@faults.alter_response` changes the body of a response,
`@faults.patch` makes several changes. Then `python -m evaluation.fault_injection --fault emails.last_one_is_removed`
shows whether a test of the suites detects the fault.
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
