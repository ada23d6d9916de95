"""Contract files become operations, once, and a file that cannot is named."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from loginradius_harness import contracts
from loginradius_harness.cli.contracts import command
from loginradius_harness.contracts import ContractError, loader, reference_data

CONTRACT = Path("operations/authentication/login_by_email.json")


def test_every_contract_file_is_an_operation() -> None:
    files = set(reference_data.ROOT.glob("operations/*/*.json"))
    assert {operation.file for operation in contracts.operations()} == files
    assert len(files) >= 250


def test_list_prints_every_id() -> None:
    result = CliRunner().invoke(command, ["list"])
    assert result.stdout.splitlines() == [operation.id for operation in contracts.operations()]


def test_operation_is_named_after_its_file() -> None:
    for operation in contracts.operations():
        assert operation.file == reference_data.ROOT / "operations" / operation.group / f"{operation.name}.json"
        assert operation.id == f"{operation.group}.{operation.name}"


def test_operations_are_read_once() -> None:
    assert contracts.operations() is contracts.operations()


def test_unknown_operation_names_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"no operation 'role\.listroles'; did you mean role\.list_roles"):
        contracts.get("role.listroles")


def broken(tmp_path: Path, text: str) -> Path:
    file = tmp_path / CONTRACT
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return file


def contract(**changes: Any) -> str:
    return json.dumps({**json.loads((reference_data.ROOT / CONTRACT).read_bytes()), **changes})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"method": POST}', ":1:12: not valid JSON"),
        ('{"method": "POST"}', "the member 'responses' is missing"),
        (contract(sumary="Log in"), "unexpected keyword argument 'sumary'"),
    ],
    ids=["not JSON", "member missing", "member unknown"],
)
def test_contract_that_cannot_be_read_is_named(tmp_path: Path, text: str, says: str) -> None:
    file = broken(tmp_path, text)
    with pytest.raises(ContractError, match=re.escape(str(file)) + ".*" + re.escape(says)):
        loader.ContractSet(tmp_path)


@pytest.mark.parametrize("file", [str(CONTRACT), "schemas/session.json", "rules/mfa.json", "error_codes.json"])
def test_digest_changes_with_every_promise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    shutil.copytree(reference_data.ROOT, tmp_path / "contracts", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setattr(reference_data, "ROOT", tmp_path / "contracts")
    before = loader.digest.__wrapped__()
    with (tmp_path / "contracts" / file).open("a", encoding="utf-8") as handle:
        handle.write("\n")
    assert re.fullmatch("[0-9a-f]{16}", before)
    assert loader.digest.__wrapped__() != before
