from pathlib import Path

import msgspec
import pytest

from loginradius_harness import emulator
from loginradius_harness.client.client import Client
from loginradius_harness.load import registrations
from loginradius_harness.load.config import profiles
from loginradius_harness.load.config.plan import Plan
from loginradius_harness.load.config.targets import LoadConsent
from loginradius_harness.load.registrations import Registrations
from loginradius_harness.target.shared_tenant.created_resources import log_folder, read
from loginradius_harness.target.shared_tenant.protection import clean_up, left_behind
from loginradius_harness.target.target import MailboxSettings, Target, load_target


@pytest.fixture
def shared(running: emulator.Running) -> Target:
    """Return an emulator that others use too."""
    mailbox = MailboxSettings(address="qa+{tag}@mail.example.com")
    target = load_target(running.url, environ={}, answers=lambda _: True)
    return msgspec.structs.replace(target, shared=True, mailbox=mailbox)


def logged(target: Target, state: Path) -> list[str]:
    files = log_folder(target, state).glob("*.jsonl")
    return [name for file in files for entry in read(file) for name in entry.names]


def create(client: Client, email: str) -> None:
    body = {"Email": [{"Type": "Primary", "Value": email}], "Password": "Tst-Pw1!abcdefgh"}
    client.call("account.create_account", body=body)


def test_an_address_is_in_the_log_before_it_is_used(shared: Target, tmp_path: Path) -> None:
    source = Registrations(shared, tmp_path)
    email = source.new_email()
    assert email in logged(shared, tmp_path)
    source.close()


def test_addresses_have_the_pattern_of_the_mailbox(shared: Target, tmp_path: Path) -> None:
    source = Registrations(shared, tmp_path)
    assert source.new_email().endswith("@mail.example.com")
    source.close()


def test_after_the_run_the_log_names_the_used_addresses_only(shared: Target, tmp_path: Path) -> None:
    source = Registrations(shared, tmp_path)
    used = [source.new_email() for _ in range(130)]
    source.close()
    assert sorted(logged(shared, tmp_path)) == sorted(used)
    assert left_behind(shared, tmp_path) == 130


def test_registered_accounts_are_deleted(shared: Target, tmp_path: Path, running: emulator.Running) -> None:
    source = Registrations(shared, tmp_path)
    accounts = running.app.registry.default.accounts
    before = len(accounts)
    with Client(shared) as client:
        for _ in range(3):
            create(client, source.new_email())
    source.new_email()  # used, but the registration failed
    source.close()
    assert len(accounts) == before + 3
    assert clean_up(shared, print, tmp_path) == 0
    assert len(accounts) == before
    assert logged(shared, tmp_path) == []


def test_seeded_accounts_are_in_the_log_until_all_are_created(shared: Target, tmp_path: Path) -> None:
    with registrations.logged_until_done(shared, ["lrh-1@example.com"], tmp_path):
        assert logged(shared, tmp_path) == ["lrh-1@example.com"]
    assert logged(shared, tmp_path) == []


def test_accounts_of_an_interrupted_seeding_stay_in_the_log(shared: Target, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), registrations.logged_until_done(shared, ["lrh-1@example.com"], tmp_path):
        raise KeyboardInterrupt
    assert logged(shared, tmp_path) == ["lrh-1@example.com"]


@pytest.mark.parametrize(("profile", "expected"), [("documented-mix", True), ("smoke", False)])
def test_only_a_mix_that_registers_on_a_shared_tenant_needs_the_log(
    shared: Target,
    profile: str,
    expected: bool,  # noqa: FBT001  # a row of the table
) -> None:
    loaded = profiles.load(profile)
    plan = Plan(shared, loaded, loaded.curve(), 1, Path("pool"), LoadConsent())
    assert registrations.registers(plan) is expected
    private = msgspec.structs.replace(shared, shared=None)
    assert not registrations.registers(Plan(private, loaded, loaded.curve(), 1, Path("pool"), LoadConsent()))
