"""Risk-based authentication: log-ins from a browser or address that is new to the account.

Source: product-facts.md#feature-settings.
"""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account

BLOCKED = {
    "browser": ErrorCode.LOGIN_FROM_NEW_BROWSER,
    "ip": ErrorCode.LOGIN_FROM_NEW_IP_ADDRESS,
}  # factor -> refusal, in the product's order; the emulator knows no city or device
TEMPLATES = {"browser": "rbaBrowserEmailTemplate", "ip": "rbaIpEmailTemplate"}
REMEMBERED = 10  # values of each factor, newest last


def assess_login(call: RequestContext, account: Account) -> None:
    """Mail about a new browser or address, or refuse it where the tenant blocks; the first log-in is the reference.

    With multi-factor on, only the mail goes out.
    """
    settings = call.settings
    if not settings.risk_based:
        return
    found = {"browser": call.user_agent or "", "ip": call.ip}
    seen = account.seen or {}
    for factor, value in found.items():
        if seen and value not in seen.get(factor, ()):
            call.tenant.messages.notice(f"risk{factor}", account, template=call.query.get(TEMPLATES[factor]))
            if settings.risk_action == "block" and settings.mfa == "disabled":
                raise ApiError(BLOCKED[factor])
    account.seen = {factor: _remembered(seen.get(factor, []), value) for factor, value in found.items()}


def _remembered(values: list[str], newest: str) -> list[str]:
    return [*(value for value in values if value != newest), newest][-REMEMBERED:]
