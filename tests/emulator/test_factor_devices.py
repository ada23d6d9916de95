"""Phones and Duo prompts that a test scripts through the control API."""

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.services import push
from loginradius_harness.emulator.state import snapshot
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Member

pytestmark = pytest.mark.preset("mfa-devices")

TOKEN = "00000000-0000-4000-8000-000000000001"  # of a log-in that waits
HOME = "https://emulated.hub.loginradius.com/duo"


def qr_code(tenant: Tenant, uid: str, *, first: bool = False) -> str:
    """Return a QR code for an account."""
    return tenant.push.offer(uid, tenant.settings, first=first)


def test_qr_code_stays_while_it_is_good(tenant: Tenant, person: Member) -> None:
    shown = qr_code(tenant, person.uid)
    assert qr_code(tenant, person.uid) == shown
    assert qr_code(tenant, person.uid, first=True) != shown
    tenant.clock.advance(tenant.settings.push_seconds)
    assert qr_code(tenant, person.uid) != shown
    assert push.register(tenant, shown, "wait") is None


def test_qr_code_registers_one_phone(tenant: Tenant, person: Member) -> None:
    shown = qr_code(tenant, person.uid)
    assert push.register(tenant, shown, "wait") is not None
    assert push.register(tenant, shown, "wait") is None


def test_new_phone_replaces_the_former(tenant: Tenant, person: Member) -> None:
    former = push.register(tenant, qr_code(tenant, person.uid), "wait")
    assert former is not None
    assert push.register(tenant, qr_code(tenant, person.uid), "wait") is not None
    assert tenant.push.script(former.id, "approve") is None


def test_deleted_account_leaves_no_phone(tenant: Tenant, person: Member) -> None:
    phone = push.register(tenant, qr_code(tenant, person.uid), "wait")
    assert phone is not None
    tenant.forget(tenant.managed_account(person.uid))
    assert tenant.push.script(phone.id, "approve") is None


def test_phones_and_prompts_survive_fork_and_snapshot(tenant: Tenant, person: Member) -> None:
    phone = push.register(tenant, qr_code(tenant, person.uid), "wait")
    assert phone is not None
    tenant.push.send(phone.id, TOKEN, tenant.settings)
    endpoint = tenant.duo.endpoint(person.uid, HOME, tenant.settings)
    taken = snapshot.take(tenant)
    fork = tenant.fork("key", "secret")
    tenant.push.script(phone.id, "approve")
    snapshot.restore(tenant, taken)
    for one in (tenant, fork):
        assert one.push.waiting(phone.id) == 1
        assert one.duo.answer(endpoint, approve=True) is not None


def test_duo_sends_the_browser_back_to_the_given_address(tenant: Tenant, person: Member) -> None:
    returned = tenant.duo.answer(tenant.duo.endpoint(person.uid, HOME, tenant.settings), approve=True)
    assert returned is not None
    address, state, code = returned
    assert address == HOME
    tenant.duo.check(person.uid, state, code, tenant.settings)
    with pytest.raises(ApiError) as refused:
        tenant.duo.check(person.uid, state, code, tenant.settings)
    assert refused.value.code == ErrorCode.DUO_STATE_INCORRECT
