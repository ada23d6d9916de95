"""Every check there is."""

from tests.foreign.check import CHECKS
from tests.foreign.checks import forgery, guessing, passwords, recovery, second_factor, sessions, surface

__all__ = ["CHECKS", "MODULES"]

MODULES = (passwords, guessing, recovery, sessions, forgery, second_factor, surface)  # they register their checks
