"""Each judge notices what it is there for, and none complains about contracts as they are."""

from collections import defaultdict
from collections.abc import Iterator

import pytest

from evaluation.contract_mutation.detectors import Court
from evaluation.contract_mutation.mutations import Mutation
from evaluation.contract_mutation.recorded_behaviour import Seen
from evaluation.contract_mutation.working_copy import Workshop, workshop
from loginradius_harness.contracts.codes import ErrorCode

ROLES = "operations/role/list_roles.json"
LOGIN = "operations/authentication/login_by_email.json"


@pytest.fixture(scope="module")
def shop() -> Iterator[Workshop]:
    with workshop() as made:
        yield made


def seen(operation: str, **answer: object) -> Seen:
    asked = {"operation": operation, "method": "POST", "path": "/identity/v2/auth/login", "query": {}, "test": "t"}
    body = {"email": "ada@example.com", "password": "secret"}
    return Seen(**{**asked, "body": body, "status": 200, "code": None, "answer": {}, **answer})  # type: ignore[arg-type]  # a record of many types


def court(shop: Workshop, *exchanges: Seen) -> Court:
    known = defaultdict(list)
    for exchange in exchanges:
        known[exchange.operation].append(exchange)
    return Court(shop, known)


@pytest.mark.parametrize(
    ("change", "judge"),
    [
        (Mutation("rule", "rules/login.json", (0,)), "rules are named by tests and faults"),
        (Mutation("bound", LOGIN, ("body", "properties", "password", "maxLength"), 1001),
            "bounds and words are chosen"),
        (Mutation("enumeration", "schemas/webhook.json", ("properties", "Event", "enum"), ["sung"]),
         "bounds and words are chosen"),
        (Mutation("error", LOGIN, ("errors", 5)), "codes come in families"),
        (Mutation("when", LOGIN, ("when", "body", "email")), "siblings say what tells them apart"),
        (Mutation("when", "operations/authentication/login_by_username.json", ("when", "body", "username")),
         "contracts check"),
        (Mutation("required", LOGIN, ("body", "required", 1)), "wrong instances are refused"),
    ],
    ids=lambda value: value.name if isinstance(value, Mutation) else "",
)  # fmt: skip
def test_change_is_noticed(shop: Workshop, change: Mutation, judge: str) -> None:
    assert court(shop).verdict(change) == judge


def test_code_that_the_suites_have_seen_is_missed(shop: Workshop) -> None:
    place = shop.clean.by_id["authentication.login_by_email"].errors.index(ErrorCode.ACCOUNT_NOT_FOUND)
    refused = {"Description": "d", "ErrorCode": ErrorCode.ACCOUNT_NOT_FOUND, "Message": "m"}
    refused |= {"IsProviderError": False, "ProviderErrorResponse": None}
    exchange = seen("authentication.login_by_email", status=403, code=ErrorCode.ACCOUNT_NOT_FOUND, answer=refused)
    with shop.changed(change := Mutation("error", LOGIN, ("errors", place))):
        assert court(shop, exchange).is_contradicted(change)
        assert not court(shop).is_contradicted(change)


def test_code_that_credentials_imply_is_no_change(shop: Workshop) -> None:
    place = shop.clean.by_id["authentication.login_by_email"].errors.index(ErrorCode.VALID_EMAIL_REQUIRED)
    assert shop.is_idle(Mutation("error", LOGIN, ("errors", place)))
    assert not shop.is_idle(Mutation("error", LOGIN, ("errors", 0)))
