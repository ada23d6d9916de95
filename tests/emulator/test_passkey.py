"""Passkeys: forms of a credential, and what becomes of them with their account."""

from base64 import b64encode
from typing import Any

import pytest

from loginradius_harness.client.passkey_device import PasskeyDevice, from_base64url
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Control, Member

pytestmark = pytest.mark.preset("passkeys")

Json = Any


@pytest.fixture
def device() -> PasskeyDevice:
    return PasskeyDevice("https://localhost")


@pytest.fixture
def token(ask: Ask, person: Member) -> str:
    body = {"email": person.email, "password": person.password}
    return str(ask("authentication.login_by_email", body=body).data["access_token"])


@pytest.fixture
def owned(ask: Ask, token: str, device: PasskeyDevice) -> PasskeyDevice:
    created = device.create(ask("passkey.add_begin", token=token).data)
    assert ask("passkey.add_finish", token=token, body=created.body).status == 200
    return device


def log_in(ask: Ask, device: PasskeyDevice) -> Answer:
    signed = device.sign(ask("passkey.login_autofill_begin").data)
    return ask("passkey.login_autofill_finish", body=signed.body)


def in_plain_base64(credential: Json) -> Json:
    """Write the bytes of a credential with the other alphabet and with padding."""
    if isinstance(credential, dict):
        return {name: in_plain_base64(value) for name, value in credential.items()}
    return credential if credential == "public-key" else b64encode(from_base64url(credential)).decode()


@pytest.mark.parametrize("operation", ["passkey.add", "passkey.reset"])
def test_credential_is_taken_without_wrapper_and_in_plain_base64(
    ask: Ask, tenant: Tenant, token: str, device: PasskeyDevice, operation: str
) -> None:
    ((uid, _),) = tenant.accounts.scan()
    issued = tenant.single_use_tokens.issue("forgotpasskey", uid, tenant.settings)
    parts: Json = {"token": token} if operation == "passkey.add" else {"query": {"vtoken": issued.value}}
    created = device.create(ask(f"{operation}_begin", **parts).data)
    bare = in_plain_base64(created.body["PasskeyCredential"])
    assert ask(f"{operation}_finish", body=bare, **parts).status == 200
    assert log_in(ask, device).data["Profile"]["Uid"] == uid


def test_passkey_follows_its_account_to_a_new_uid(ask: Ask, person: Member, owned: PasskeyDevice) -> None:
    ask("account.update_uid", query={"uid": person.uid}, body={"newuid": "ada"})
    assert log_in(ask, owned).data["Profile"]["Uid"] == "ada"


def test_passkey_of_a_deleted_account_is_refused(ask: Ask, person: Member, owned: PasskeyDevice) -> None:
    ask("account.delete_account_by_uid", path={"uid": person.uid})
    assert log_in(ask, owned).code == ErrorCode.PASSKEY_VERIFICATION_FAILED


def test_passkey_survives_a_snapshot(ask: Ask, control: Control, person: Member, owned: PasskeyDevice) -> None:
    saved = control("GET snapshot").data
    control("POST reset")
    assert log_in(ask, owned).code == ErrorCode.PASSKEY_VERIFICATION_FAILED
    control("PUT snapshot", saved)
    assert log_in(ask, owned).data["Profile"]["Uid"] == person.uid


@pytest.mark.parametrize("part", ["attestationObject", "clientDataJSON"])
def test_damaged_credential_is_refused(ask: Ask, token: str, device: PasskeyDevice, part: str) -> None:
    body = device.create(ask("passkey.add_begin", token=token).data).body
    for length in range(0, len(body["PasskeyCredential"]["response"][part]), 7):
        options = ask("passkey.add_begin", token=token).data
        damaged = device.create(options).body
        text = damaged["PasskeyCredential"]["response"][part]
        damaged["PasskeyCredential"]["response"][part] = text[: max(length, 1)]
        assert ask("passkey.add_finish", token=token, body=damaged).code == ErrorCode.PASSKEY_VERIFICATION_FAILED
