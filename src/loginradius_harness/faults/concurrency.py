"""Concurrent requests: what must succeed only once, and changes that must not be lost."""

import asyncio
from typing import Any

from loginradius_harness.emulator.handlers import custom_object
from loginradius_harness.emulator.services import login, password_reset, registration
from loginradius_harness.emulator.state.accounts import Accounts
from loginradius_harness.emulator.state.mfa_factors import MfaFactors
from loginradius_harness.emulator.state.one_time_codes import OneTimeCodes
from loginradius_harness.emulator.state.sessions import Sessions
from loginradius_harness.emulator.state.single_use_tokens import SingleUseTokens
from loginradius_harness.faults.registry import Faults
from loginradius_harness.faults.source_patch import SourcePatch

faults = Faults("races")

GAP = 0.05  # real seconds between check and action, in which other requests arrive


def late(owner: Any, name: str, value: Any) -> None:
    """Set an attribute after the gap."""
    asyncio.get_running_loop().call_later(GAP, setattr, owner, name, value)


def late_entry(table: dict[str, Any], key: str, value: Any) -> None:
    """Set an entry after the gap."""
    asyncio.get_running_loop().call_later(GAP, table.__setitem__, key, value)


for name, violates, function, old in (
    ("otp_serves_many_at_once", "otp.parallel_uses_succeed_once", OneTimeCodes.redeem, "found.used"),
    ("refresh_token_serves_many_at_once", "tokens.parallel_refreshes_succeed_once", Sessions.rotate, "refresh.used"),
):
    marks = f'_late({old.removesuffix(".used")}, "used", True)'
    faults.replace_source(name, violates, function, f"{old} = True", marks, _late=late)

faults.replace_source(
    "backup_code_serves_many_at_once",
    "mfa.parallel_backup_codes_succeed_once",
    MfaFactors.prove_backup_code,
    "codes[code.lower()] = True",
    "_late(codes, code.lower(), True)",
    _late=late_entry,
)


@faults.patch("reset_token_serves_many_at_once", "recovery.parallel_resets_succeed_once")
def _many_resets(patch: SourcePatch) -> None:
    patch.replace_source(SingleUseTokens.redeem, "token.used = True", '_late(token, "used", True)', _late=late)
    patch.replace_source(
        password_reset.reset_password,
        "await set_password(call, account, password)",
        f"await set_password(call, account, password)\n        await asyncio.sleep({GAP})",
        asyncio=asyncio,
    )


@faults.patch("address_registers_many_at_once", "registration.parallel_registrations_make_one_account")
def _many_registrations(patch: SourcePatch) -> None:
    patch.replace_source(
        registration._enrol,
        "await _keep_secrets(call, account, password)",
        f"await _keep_secrets(call, account, password)\n    await asyncio.sleep({GAP})",
        asyncio=asyncio,
    )
    patch.replace_source(Accounts.add, "self.require_free(account, duplicate_emails=duplicate_emails)", "pass")


faults.replace_source(
    "guesses_slip_past_the_lock",
    "lockout.parallel_guesses_are_counted",
    login.check_password,
    "right = await call.tenant.passwords.matches(password, account.password)",
    f"""failures = account.lockout().failures
    right = await call.tenant.passwords.matches(password, account.password)
    await asyncio.sleep({GAP})
    account.lockout().failures = failures""",
    asyncio=asyncio,
)


@faults.patch("updates_of_objects_get_lost", "custom_objects.parallel_updates_lose_nothing")
def _lost_update(patch: SourcePatch) -> None:
    change = """record.content = {**record.content, **call.sent} if merges else call.sent
    record.modified = call.now
    call.tenant.webhooks.fire("UpdateCustomObject", account)
    return _shown(record)"""
    patch.replace_source(
        custom_object.update,
        change,
        f"""async def later():
        before = record.content
        await asyncio.sleep({GAP})
        record.content = {{**before, **call.sent}} if merges else call.sent
        record.modified = call.now
        call.tenant.webhooks.fire("UpdateCustomObject", account)
        return _shown(record)
    return later()""",
        asyncio=asyncio,
    )
