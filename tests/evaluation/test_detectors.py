"""Each detector reports the changes that it exists for, and none reports contracts as they are."""

from collections import defaultdict
from collections.abc import Iterator

import pytest

from evaluation.contract_mutation.detectors import Detectors
from evaluation.contract_mutation.mutations import Mutation
from evaluation.contract_mutation.recorded_behaviour import Seen
from evaluation.contract_mutation.working_copy import WorkingCopy, working_copy
from loginradius_harness.contracts.codes import ErrorCode

ROLES = "operations/role/list_roles.json"
LOGIN = "operations/authentication/login_by_email.json"


@pytest.fixture(scope="module")
def copy() -> Iterator[WorkingCopy]:
    with working_copy() as made:
        yield made


def seen(operation: str, **answer: object) -> Seen:
    asked = {"operation": operation, "method": "POST", "path": "/identity/v2/auth/login", "query": {}, "test": "t"}
    body = {"email": "ada@example.com", "password": "secret"}
    return Seen(**{**asked, "body": body, "status": 200, "code": None, "answer": {}, **answer})  # type: ignore[arg-type]  # a record of many types


def detectors(copy: WorkingCopy, *exchanges: Seen) -> Detectors:
    known = defaultdict(list)
    for exchange in exchanges:
        known[exchange.operation].append(exchange)
    return Detectors(copy, known)


@pytest.mark.parametrize(
    ("change", "detector"),
    [
        (Mutation("rule", "rules/login.json", (0,)), "rules are named by tests and faults"),
        (Mutation("bound", LOGIN, ("body", "properties", "password", "maxLength"), 1001),
            "bounds and words are chosen"),
        (Mutation("enumeration", "schemas/webhook.json", ("properties", "Event", "enum"), ["sung"]),
         "bounds and words are chosen"),
        (Mutation("error", LOGIN, ("errors", 5)), "codes come in families"),
        (Mutation("when", LOGIN, ("when", "body", "email")), "siblings differ in their conditions"),
        (Mutation("when", "operations/authentication/login_by_username.json", ("when", "body", "username")),
         "contracts check"),
        (Mutation("required", LOGIN, ("body", "required", 1)), "wrong instances are refused"),
    ],
    ids=lambda value: value.name if isinstance(value, Mutation) else "",
)  # fmt: skip
def test_change_is_detected(copy: WorkingCopy, change: Mutation, detector: str) -> None:
    assert detectors(copy).detect(change) == detector


def test_removed_code_that_the_suites_have_seen_is_detected(copy: WorkingCopy) -> None:
    place = copy.clean.by_id["authentication.login_by_email"].errors.index(ErrorCode.ACCOUNT_NOT_FOUND)
    refused = {"Description": "d", "ErrorCode": ErrorCode.ACCOUNT_NOT_FOUND, "Message": "m"}
    refused |= {"IsProviderError": False, "ProviderErrorResponse": None}
    exchange = seen("authentication.login_by_email", status=403, code=ErrorCode.ACCOUNT_NOT_FOUND, answer=refused)
    with copy.changed(change := Mutation("error", LOGIN, ("errors", place))):
        assert detectors(copy, exchange).is_contradicted(change)
        assert not detectors(copy).is_contradicted(change)


def test_removal_of_an_implied_code_has_no_effect(copy: WorkingCopy) -> None:
    place = copy.clean.by_id["authentication.login_by_email"].errors.index(ErrorCode.VALID_EMAIL_REQUIRED)
    assert copy.is_idle(Mutation("error", LOGIN, ("errors", place)))
    assert not copy.is_idle(Mutation("error", LOGIN, ("errors", 0)))
