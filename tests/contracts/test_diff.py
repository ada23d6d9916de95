"""Changes between two versions of the contracts, and between contracts and an OpenAPI document."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loginradius_harness.cli import main
from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.tools import diff, openapi_plain

Json = Any
LOGIN = Path("operations/authentication/login_by_email.json")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a contracts folder with one group: comparing all takes seconds."""
    folder = tmp_path_factory.mktemp("contracts") / "contracts"
    shutil.copytree(reference_data.ROOT, folder, ignore=shutil.ignore_patterns("operations"))
    shutil.copytree(reference_data.ROOT / "operations/authentication", folder / "operations/authentication")
    return folder


@pytest.fixture
def changed(original: Path, tmp_path: Path) -> Callable[[Callable[[Json], None]], list[str]]:
    """Return a function that changes the contract of login by e-mail and gives the differences as text."""

    def compare(change: Callable[[Json], None]) -> list[str]:
        copy = tmp_path / "contracts"
        shutil.copytree(original, copy)
        contract = json.loads((copy / LOGIN).read_text(encoding="utf-8"))
        change(contract)
        (copy / LOGIN).write_text(json.dumps(contract), encoding="utf-8")
        return [str(found) for found in diff.compare(original, copy)]

    return compare


Changed = Callable[[Callable[[Json], None]], list[str]]
NAME = "authentication.login_by_email"


def test_same_contracts_do_not_differ(original: Path) -> None:
    assert diff.compare(original, original) == []


def test_new_required_member_is_breaking(changed: Changed) -> None:
    def change(contract: Json) -> None:
        contract["body"]["properties"]["tenant"] = {"type": "string"}
        contract["body"]["required"].append("tenant")

    assert changed(change) == [f"breaking: {NAME}: body/tenant: required member added"]


def test_new_optional_member_is_not_breaking(changed: Changed) -> None:
    def change(contract: Json) -> None:
        contract["body"]["properties"]["hint"] = {"type": "string"}

    assert changed(change) == [f"non-breaking: {NAME}: body/hint: optional member added"]


def test_removed_member_of_the_answer_is_breaking(changed: Changed) -> None:
    def change(contract: Json) -> None:
        contract["responses"]["200"] = {"type": "object", "properties": {"access_token": {"type": "string"}}}

    assert f"breaking: {NAME}: 200/refresh_token: member removed from the answer" in changed(change)


def test_narrower_type_of_a_request_member_is_breaking(changed: Changed) -> None:
    def change(contract: Json) -> None:
        contract["body"]["properties"]["password"]["type"] = "integer"

    assert changed(change) == [f"breaking: {NAME}: body/password: type narrowed: string to integer"]


def test_error_codes_are_compared(changed: Changed) -> None:
    assert changed(lambda contract: contract["errors"].remove(938)) == [
        f"non-breaking: {NAME}: errors: error code 938 removed"
    ]


def test_removed_operation_is_breaking(original: Path, tmp_path: Path) -> None:
    copy = tmp_path / "contracts"
    shutil.copytree(original, copy)
    (copy / LOGIN).unlink()
    assert [str(found) for found in diff.compare(original, copy)] == [f"breaking: {NAME}: operation removed"]


def test_openapi_document_of_the_same_contracts_does_not_differ(original: Path, tmp_path: Path) -> None:
    document = tmp_path / "api.json"
    document.write_text(json.dumps(openapi_plain.document(directory=original)), encoding="utf-8")
    assert diff.compare(original, document) == []


def test_path_that_holds_neither_is_one_line(
    original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("no JSON", encoding="utf-8")
    assert main(["contracts", "diff", str(original), str(tmp_path / "notes.txt")]) == 2
    assert "neither a contracts folder nor an OpenAPI document" in capsys.readouterr().err
