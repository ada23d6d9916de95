"""The OpenAPI document: valid for others, complete, readable by schemathesis."""

import json
import re
from typing import Any

import pytest
import schemathesis
from click.testing import CliRunner
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.core.result import Ok

from loginradius_harness import contracts
from loginradius_harness.cli.contracts import command
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.contracts.tools import openapi


def entries(document: dict[str, Any]) -> dict[str, Any]:
    return {entry["operationId"]: entry for path in document["paths"].values() for entry in path.values()}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document()


def test_document_is_valid(document: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


@pytest.mark.parametrize("group", openapi.groups())
def test_document_of_a_group_is_valid_and_holds_its_operations(group: str) -> None:
    found = openapi.document(group)
    assert list(OpenAPIV31SpecValidator(found).iter_errors()) == []
    wanted = {operation.id for operation in contracts.operations() if operation.group == group}
    assert entries(found).keys() == wanted


def test_schemathesis_finds_every_operation(document: dict[str, Any]) -> None:
    schema = schemathesis.openapi.from_dict(document)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    names = sorted(operation.definition.raw["operationId"] for operation in found)
    assert names == [operation.id for operation in contracts.operations()]


def test_siblings_differ_in_a_fragment(document: dict[str, Any]) -> None:
    path = "/identity/v2/auth/login#phone.login_by_phone"
    assert document["paths"][path]["post"]["operationId"] == "phone.login_by_phone"
    assert "/identity/v2/auth/login" not in document["paths"]
    assert "/identity/v2/manage/role" in document["paths"]


def test_refusals_stand_under_their_status(document: dict[str, Any]) -> None:
    login = entries(document)["authentication.login_by_email"]
    (_, narrowed) = login["responses"]["401"]["content"]["application/json"]["schema"]["allOf"]
    assert narrowed["properties"]["ErrorCode"]["enum"] == [ErrorCode.CREDENTIALS_INCORRECT]
    assert login["security"] == [{"apikey": []}]


def test_product_codes_are_left_out(document: dict[str, Any]) -> None:
    assert "x-missing" not in json.dumps(document)


def test_every_reference_leads_to_a_schema(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    dangling = []
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', text)):
        place: Any = document
        for step in reference.split("/"):
            place = place.get(step) if isinstance(place, dict) else None
        if place is None:
            dangling.append(reference)
    assert dangling == []


def test_server_is_the_callers_choice() -> None:
    assert openapi.document("role", server="http://127.0.0.1:1")["servers"] == [{"url": "http://127.0.0.1:1"}]


def test_command_prints_the_document_of_a_group() -> None:
    result = CliRunner().invoke(command, ["openapi", "--group", "sott"])
    assert entries(json.loads(result.stdout)).keys() == {"sott.create", "sott.generate_sott", "sott.list"}


def test_unknown_group_is_a_configuration_error() -> None:
    result = CliRunner().invoke(command, ["openapi", "--group", "sot"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("There is no group 'sot'; choose one of account, ")
