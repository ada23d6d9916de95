"""Invitations that a log-in of several steps carries."""

from loginradius_harness.emulator.handlers import passwordless_login
from loginradius_harness.emulator.services import second_factor
from loginradius_harness.faults.registry import Faults

faults = Faults("invitations")

faults.replace_source(
    "second_factor_forgets_it",
    "organizations.invitation_is_accepted",
    second_factor.challenge,
    ", invitation=invitation)",
    ")",
)
faults.replace_source(
    "passwordless_request_forgets_it",
    "organizations.invitation_is_accepted",
    passwordless_login._mail,
    "invitation = invitations.token_offered(call, account)",
    "invitation = None",
)
