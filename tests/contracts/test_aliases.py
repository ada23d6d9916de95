"""The 52 spellings of requests that documents and clients have beside the contracts' own (client_spellings.json)."""

import json
from pathlib import Path

import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts.aliases import Alias, read_aliases
from loginradius_harness.contracts.loader import ContractSet
from loginradius_harness.contracts.reference_data import ROOT

SPELLINGS = json.loads(Path(__file__).with_name("client_spellings.json").read_text())
KNOWN = {operation.id for operation in contracts.operations()}


def test_there_are_52_spellings() -> None:
    assert len(SPELLINGS) == 52


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spelling_belongs_to_its_operation(spelling: str) -> None:
    method, path = spelling.split()
    match = contracts.resolve(method, path.replace("{", "").replace("}", ""), {}, {})
    assert match is not None
    assert match.operation.id == SPELLINGS[spelling]


@pytest.mark.parametrize(
    ("body", "operation"),
    [
        ({"authenticatorcode": "123456"}, "reauthentication.by_authenticator_code"),
        ({"googleauthenticatorcode": "123456"}, "reauthentication.by_authenticator_code"),
        ({"backupcode": "02ea0-de2bd"}, "reauthentication.by_backup_code"),
        ({"otp": "123456"}, "reauthentication.by_sms_otp"),
    ],
)
def test_one_route_of_all_step_ups_is_told_apart_by_the_body(body: dict[str, str], operation: str) -> None:
    match = contracts.resolve("PUT", "/identity/v2/auth/account/reauth/2fa/totp", {}, body)
    assert match is not None
    assert match.operation.id == operation


def test_alias_adds_renames_and_moves_members() -> None:
    alias = Alias(
        method="GET", path="/x", operation="x", adds={"sms": True}, renames={"code": "otp"}, from_query=("email",)
    )
    assert alias.body({"email": "a@example.com", "vtype": "x"}, {"CODE": "1", "more": 2}) == {
        "sms": True, "email": "a@example.com", "otp": "1", "more": 2,
    }  # fmt: skip


def test_operation_of_every_alias_exists() -> None:
    assert [alias.operation for alias in read_aliases(ROOT) if alias.operation not in KNOWN] == []


def test_alias_without_its_operation_is_left_out(tmp_path: Path) -> None:
    alias = {"method": "GET", "path": "/x", "operation": "role.nothing"}
    (tmp_path / "aliases.json").write_text(json.dumps([alias]))
    assert ContractSet(tmp_path).routes.resolve("GET", "/x", {}, None) is None


def test_alias_repeats_no_path_of_a_contract() -> None:
    own = {(operation.method, path) for operation in contracts.operations() for path in operation.paths}
    assert [alias for alias in read_aliases(ROOT) if (alias.method, alias.path) in own] == []
