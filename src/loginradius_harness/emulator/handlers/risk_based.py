"""Log-in with the messages of risk-based authentication; the plain log-in weighs the risk as well.

Source: product-facts.md#feature-settings.
"""

from loginradius_harness.emulator.handlers.authentication import log_in
from loginradius_harness.emulator.http.handler_registry import handles

handles("risk_based.login_by_email", "risk_based.login_by_phone", "risk_based.login_by_username")(log_in)
