"""Push notifications as second factor (product-facts.md#push)."""

from loginradius_harness.emulator.state.factor_devices.push import Answer, PushDevice
from loginradius_harness.emulator.state.tenant import Tenant


def register(tenant: Tenant, qr_code: str, answer: Answer) -> PushDevice | None:
    """Register a phone that has scanned a QR code, in place of the account's former one.

    None where the code is unknown, used or late, or was shown at a log-in and the account has a factor by now: a
    password alone must not add one (inferred).
    """
    pairing = tenant.push.take(qr_code)
    account = tenant.accounts.by_uid(pairing.uid) if pairing else None
    if pairing is None or account is None:
        return None
    factors = account.second_factors()
    if pairing.first and factors.enrolled:
        return None
    tenant.push.drop(factors.push_device)
    device = tenant.push.register(answer)
    factors.push_device = device.id
    return device
