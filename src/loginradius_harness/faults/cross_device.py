"""Cross-device log-in."""

from loginradius_harness.emulator.handlers import cross_device_sso
from loginradius_harness.faults.registry import Faults

faults = Faults("cross_device")

faults.replace_source(
    "phone_is_not_remembered",
    "cross_device.phone_logs_the_page_in",
    cross_device_sso.map_code_to_token,
    '_known(call, call.body["code"]).uid = call.account.uid',
    "pass",
)
faults.replace_source(
    "code_works_again",
    "cross_device.code_works_once",
    cross_device_sso.ping,
    "call.tenant.federation.page_codes.remove(code)",
    "pass",
)
faults.replace_source(
    "code_never_expires",
    "cross_device.code_works_once",
    cross_device_sso._known,
    "known is None or known.expires <= call.now",
    "known is None",
)
