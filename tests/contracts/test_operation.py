"""What an operation says about a reply and about a request."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from evaluation.contract_mutation.samples import samples
from loginradius_harness import contracts
from loginradius_harness.contracts import Operation, Violation, reference_data
from loginradius_harness.contracts.codes import ErrorCode

SHARED = reference_data.schemas(reference_data.ROOT)
Change = Callable[[dict[str, Any]], object]
HASH = "Rfc2898DeriveBytes$1000$c2FsdA==$aGFzaA=="
REFUSAL = {
    "Description": "Ask for a new one",
    "ErrorCode": ErrorCode.ACCOUNT_NOT_FOUND,
    "Message": "No such user",
    "IsProviderError": False,
    "ProviderErrorResponse": None,
}


@pytest.fixture
def login() -> Operation:
    return contracts.get("authentication.login_by_email")


@pytest.fixture
def reply(login: Operation) -> dict[str, Any]:
    value: dict[str, Any] = next(samples(login.responses[200], SHARED)).value
    return value


def only(violations: tuple[Violation, ...]) -> Violation:
    assert len(violations) == 1, violations
    return violations[0]


def test_reply_as_promised_is_kept(login: Operation, reply: dict[str, Any]) -> None:
    assert login.check(200, reply) == ()


@pytest.mark.parametrize(
    ("change", "kind", "pointer"),
    [
        (lambda reply: reply.pop("expires_in"), "broken", ""),
        (lambda reply: reply.update(access_token="short"), "broken", "/access_token"),
        (lambda reply: reply["Profile"].update(Uid=None), "broken", "/Profile/Uid"),
        (lambda reply: reply["Profile"]["Email"][0].update(Value=7), "broken", "/Profile/Email/0/Value"),
        (lambda reply: reply["Profile"].update(Password=HASH), "broken", "/Profile/Password"),
        (lambda reply: reply.update(unheard_of=1), "drift", ""),
        (lambda reply: reply["Profile"].update(SecurityAnswer="blue"), "drift", "/Profile"),
    ],
    ids=["member missing", "form", "null", "type", "hash instead of asterisks", "unknown", "unknown within"],
)
def test_reply_that_differs_is_told(
    login: Operation, reply: dict[str, Any], change: Change, kind: str, pointer: str
) -> None:
    change(reply)
    found = only(login.check(200, reply))
    assert (found.kind, found.pointer) == (kind, pointer)
    assert found.requirement.startswith("responses/200")


def test_requirement_in_a_shared_schema_names_its_file(login: Operation, reply: dict[str, Any]) -> None:
    del reply["expires_in"]
    reply["Profile"]["FirstName"] = 1
    found = login.check(200, reply)
    assert {violation.requirement for violation in found} == {
        "responses/200/session.json/required",
        "responses/200/profile_members.json/properties/FirstName/type",
    }


def test_requirement_of_the_error_envelope_names_its_file_once(login: Operation) -> None:
    found = next(one for one in login.check(403, REFUSAL | {"Message": 7}) if one.pointer == "/Message")
    assert found.requirement.startswith("error.json/")
    assert found.requirement.count("error.json") == 1


def test_violation_reads_as_a_sentence(login: Operation, reply: dict[str, Any]) -> None:
    text = str(only(login.check(200, reply | {"unheard_of": 1})))
    assert text.startswith("/: expected no member unheard_of, got {")
    assert text.endswith("(drift, recorded, responses/200/session.json/additionalProperties)")


def test_projected_reply_may_lack_members_but_breaks_no_other_promise(login: Operation) -> None:
    assert login.check(200, {"Profile": {"Uid": "a" * 32}}, projected=True) == ()
    assert only(login.check(200, {"access_token": 7}, projected=True)).pointer == "/access_token"
    assert login.check(200, {"Profile": {"Uid": "a" * 32}}) != ()


def test_refusal_with_a_promised_code_is_kept(login: Operation) -> None:
    assert login.check(403, REFUSAL) == ()


@pytest.mark.parametrize(
    ("status", "change", "kind", "pointer"),
    [
        (400, {}, "broken", ""),
        (403, {"ErrorCode": ErrorCode.PASSWORDLESS_LOGIN_LINK_ALREADY_USED}, "undocumented", "/ErrorCode"),
        (403, {"ErrorCode": 4711}, "undocumented", "/ErrorCode"),
        (403, {"Message": ""}, "broken", "/Message"),
        (403, {"Stack": "at line 1"}, "drift", ""),
    ],
    ids=["other status", "code of others", "unknown code", "no message", "stack trace"],
)
def test_refusal_that_differs_is_told(
    login: Operation, status: int, change: dict[str, Any], kind: str, pointer: str
) -> None:
    found = only(login.check(status, REFUSAL | change))
    assert (found.kind, found.pointer) == (kind, pointer)


@pytest.mark.parametrize("data", [None, "<html>", {"error": "gone"}, []])
def test_unlisted_status_is_undocumented(login: Operation, data: Any) -> None:
    assert only(login.check(502, data)).kind == "undocumented"


def test_success_with_another_body_is_broken(login: Operation) -> None:
    assert only(login.check(200, None)).kind == "broken"


@pytest.mark.parametrize(
    ("query", "body", "pointers"),
    [
        ({}, {"email": "ada@example.com", "password": "x"}, []),
        ({"isVoiceOtp": True}, {"email": "ada@example.com", "password": "x", "unheard_of": 1}, []),
        ({"isVoiceOtp": "maybe"}, {"email": "ada@example.com", "password": "x"}, ["/isVoiceOtp"]),
        ({}, {"email": "ada", "password": ""}, ["/email", "/password"]),
        ({}, {"email": "ada@example.com"}, [""]),
        ({}, None, [""]),
    ],
    ids=["as promised", "open to more", "query", "body", "member missing", "no body"],
)
def test_request_is_held_against_its_schemas(login: Operation, query: Any, body: Any, pointers: list[str]) -> None:
    assert sorted(found.pointer for found in login.check_request(query, body)) == pointers


def test_body_that_may_be_left_out_is_not_missed(login: Operation) -> None:
    assert replace(login, body_optional=True).check_request({}, None) == ()


def test_codes_include_those_of_credentials_and_body(login: Operation) -> None:
    assert {
        ErrorCode.API_KEY_NOT_ALLOWED,
        ErrorCode.PARAMETER_MALFORMED,
        ErrorCode.API_KEY_INVALID,
        ErrorCode.API_KEY_MISSING,
        ErrorCode.INTERNAL_ERROR,
    } <= login.codes  # every operation
    assert {
        ErrorCode.POST_BODY_NOT_JSON,
        ErrorCode.CONTENT_TYPE_NOT_SUPPORTED,
        ErrorCode.BODY_MALFORMED,
    } <= login.codes  # a JSON body
    assert {ErrorCode.API_SECRET_MISMATCH, ErrorCode.API_SECRET_INVALID, ErrorCode.API_SECRET_MISSING} <= contracts.get(
        "role.list_roles"
    ).codes  # the secret
    assert {
        ErrorCode.ACCESS_TOKEN_INVALID,
        ErrorCode.ACCESS_TOKEN_EXPIRED,
        ErrorCode.ACCESS_TOKEN_MISSING,
    } <= contracts.get("authentication.get_profile").codes  # the token
    assert ErrorCode.POST_BODY_NOT_JSON not in contracts.get("role.list_roles").codes  # takes no body


def test_every_code_of_every_operation_is_known() -> None:
    assert {
        code for operation in contracts.operations() for code in operation.codes
    } <= contracts.error_definitions().keys()


@pytest.mark.parametrize("in_member", [False, True], ids=["whole answer", "member"])
def test_answer_nested_too_deeply_is_broken(login: Operation, in_member: bool) -> None:  # noqa: FBT001  # a case
    data: Any = []
    for _ in range(500):
        data = [data]
    found = only(login.check(200, {"access_token": data} if in_member else data))
    assert (found.kind, found.actual) == ("broken", "JSON nested too deeply to be checked")
