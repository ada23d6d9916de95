"""`check` finds each kind of defect in a broken copy, and says it in one line with file and JSON pointer."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from loginradius_harness import contracts
from loginradius_harness.cli.contracts import command
from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.contracts.tools import grades
from loginradius_harness.contracts.tools.lint import problems

LOGIN = "operations/authentication/login_by_email.json"
BY_PHONE = "operations/phone/login_by_phone.json"
RISK = "operations/risk_based/login_by_email.json"
PROFILE = "operations/account/get_account_profile_by_uid.json"
SESSION = "schemas/session.json"
VALUES = "schemas/values.json"
RULES = "rules/recovery.json"
Change = Callable[[Any], object]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy all contracts, for a test to break."""
    ignored = shutil.ignore_patterns("*.py", "__pycache__", "templates")
    return Path(shutil.copytree(reference_data.ROOT, tmp_path / "contracts", ignore=ignored))


class Defect(NamedTuple):
    """A change that breaks a file, and the one line that tells of it."""

    file: str
    change: Change
    pointer: str
    text: str
    reported_in: str = ""  # another file, where it is not the broken one


def put(*steps: Any) -> Change:
    """Set a value at a place: the last step is the value."""
    *way, name, value = steps

    def change(data: Any) -> None:
        for step in way:
            data = data[step]
        data[name] = value

    return change


def drop(*steps: str) -> Change:
    *way, name = steps

    def change(data: Any) -> None:
        for step in way:
            data = data[step]
        del data[name]

    return change


DEFECTS = {
    "required without evidence": Defect(
        "schemas/exists.json", drop("x-evidence"), "/required", "expected `x-evidence` beside"
    ),
    "evidence of no grade": Defect(
        SESSION,
        put("properties", "Profile", "x-evidence", "certain"),
        "/properties/Profile/x-evidence",
        "expected a grade",
    ),
    "keyword of a contract": Defect(LOGIN, put("sumary", "x"), "", "'sumary' was unexpected"),
    "keyword of a schema": Defect(
        LOGIN, put("body", "requried", []), "/body/requried", "'requried' is not a keyword of JSON Schema"
    ),
    "keyword of a shared schema": Defect(
        SESSION, put("properties", "Profile", "patern", "x"), "/properties/Profile/patern", "is not a keyword"
    ),
    "member missing": Defect(LOGIN, drop("errors"), "", '"errors" is a required property'),
    "unknown effect": Defect(LOGIN, put("effect", "none"), "/effect", '"none" is not one of "read", "write"'),
    "reference to no file": Defect(
        LOGIN, put("responses", "200", "$ref", "sesion.json"), "/responses/200/$ref", "got 'sesion.json'"
    ),
    "reference to no definition": Defect(
        LOGIN,
        put("body", "properties", "email", "$ref", "values.json#/$defs/mail"),
        "/body/properties/email/$ref",
        "values.json has nothing at #/$defs/mail",
    ),
    "reference to nowhere in the file itself": Defect(
        SESSION,
        put("properties", "refresh_token", "$ref", "#/$defs/none"),
        "/properties/refresh_token/$ref",
        "the file itself has nothing at #/$defs/none",
    ),
    "no JSON Schema": Defect(
        LOGIN, put("body", "properties", "email", "type", "text"), "/body/properties/email/type", "not a JSON Schema"
    ),
    "no regular expression": Defect(
        VALUES, put("$defs", "otp", "pattern", "(["), "/$defs/otp/pattern", "not a regular expression"
    ),
    "pattern without example": Defect(
        VALUES, drop("$defs", "guid", "examples"), "/$defs/guid", "expected `examples` beside `pattern`"
    ),
    "example that does not fit": Defect(
        VALUES, put("$defs", "guid", "examples", ["x"]), "/$defs/guid/examples/0", "'x' does not fit"
    ),
    "unknown code": Defect(
        LOGIN,
        put("errors", [ErrorCode.ACCOUNT_NOT_FOUND, 4711]),
        "/errors/1",
        "expected a code of error_codes.json, got 4711",
    ),
    "unknown code for a member": Defect(
        LOGIN, put("body", "properties", "email", "x-invalid", 4711), "/body", "got 4711"
    ),
    "unknown placeholder": Defect(
        LOGIN, put("example", "body", "email", "{nobody.email}"), "/example", "expected a name of preconditions.json"
    ),
    "no value for a path parameter": Defect(
        PROFILE, put("example", {}), "/example/path", "expected a value for the path parameter 'uid'"
    ),
    "two siblings with one `when`": Defect(
        BY_PHONE,
        put("when", {"body": {"email": True}}),
        "/when",
        "cannot be distinguished from authentication.login_by_email",
    ),
    "no default among siblings": Defect(LOGIN, drop("default"), "/default", "expected exactly one default among", RISK),
    "unreachable sibling": Defect(
        "operations/authentication/login_by_username.json",
        put("when", {"body": {"unheardof": True}}),
        "/example",
        "the request at /identity/v2/auth/login belongs to authentication.login_by_email",
    ),
    "unused definition": Defect(
        VALUES, put("$defs", "spare", {"type": "string"}), "/$defs/spare", "nothing refers to this definition"
    ),
    "rule of an unknown operation": Defect(
        RULES, put(0, "operations", ["role.listroles"]), "/0/operations/0", "did you mean role.list_roles"
    ),
    "rule of another area": Defect(RULES, put(0, "id", "mfa.elsewhere"), "/0/id", "expected recovery.<fact>"),
    "rule of an unknown level": Defect(RULES, put(0, "level", "may"), "/0/level", ""),
}


def change(copy: Path, defect: Defect) -> Path:
    file = copy / defect.file
    data = json.loads(file.read_bytes())
    defect.change(data)
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


def test_contracts_as_shipped_have_no_problems() -> None:
    result = CliRunner().invoke(command, ["check"])
    assert (result.exit_code, result.stderr) == (0, f"{len(contracts.operations())} contracts, 0 problems\n")
    assert result.stdout == grades.text(reference_data.ROOT) + "\n"


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
def test_defect_is_reported_with_its_place(copy: Path, defect: Defect) -> None:
    file = change(copy, defect)
    (problem,) = problems(copy)
    assert problem.file == (copy / defect.reported_in if defect.reported_in else file)
    assert problem.pointer == defect.pointer
    assert defect.text in problem.text


@pytest.mark.parametrize("name", [LOGIN, SESSION, RULES, "error_codes.json", "preconditions.json", "rule.schema.json"])
def test_invalid_json_is_reported_and_the_rest_is_still_checked(copy: Path, name: str) -> None:
    (copy / name).write_text('{"method": POST}', encoding="utf-8")
    misspelt = change(copy, Defect(BY_PHONE, put("body", "requried", []), "", ""))
    found = {problem.file: problem.text for problem in problems(copy)}
    assert found.keys() == {copy / name, misspelt}
    assert found[copy / name] == "not valid JSON: Expecting value: line 1 column 12 (char 11)"


def test_malformed_contract_is_reported_and_the_rest_is_still_checked(copy: Path) -> None:
    malformed = change(copy, DEFECTS["member missing"])
    misspelt = change(copy, Defect(BY_PHONE, put("body", "requried", []), "", ""))
    assert {problem.file for problem in problems(copy)} == {malformed, misspelt}


def test_missing_file_is_reported(copy: Path) -> None:
    (copy / "error_codes.json").unlink()
    assert [str(problem) for problem in problems(copy)] == [f"{copy / 'error_codes.json'}:/: expected this file"]


def test_unused_shared_schema_is_reported(copy: Path) -> None:
    file = copy / "schemas" / "spare.json"
    file.write_text('{"type": "string"}', encoding="utf-8")
    (problem,) = problems(copy)
    assert str(problem) == f"{file}:/: no contract refers to this schema"


def test_command_prints_one_line_a_defect_and_fails(copy: Path) -> None:
    first = change(copy, DEFECTS["unknown code"])
    second = change(copy, DEFECTS["rule of an unknown operation"])
    result = CliRunner().invoke(command, ["check", str(copy)])
    places = [line.partition(": ")[0] for line in result.stdout.splitlines()]
    assert places == [f"{first}:/errors/1", f"{second}:/0/operations/0"]
    assert (result.exit_code, result.stderr) == (1, f"{len(contracts.operations())} contracts, 2 problems\n")
