"""All checks."""

from evaluation.peers.emulators.check import CHECKS
from evaluation.peers.emulators.checks import (
    endpoints,
    forgery,
    guessing,
    password_reset,
    passwords,
    second_factor,
    sessions,
)

__all__ = ["CHECKS", "MODULES"]

MODULES = (
    passwords,
    guessing,
    password_reset,
    sessions,
    forgery,
    second_factor,
    endpoints,
)  # they register their checks
