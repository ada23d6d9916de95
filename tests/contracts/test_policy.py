"""How much a violated promise matters."""

import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts import policy
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.contracts.policy import Grade

LISTED, ELSEWHERE, UNKNOWN = ErrorCode.CREDENTIALS_INCORRECT, ErrorCode.PASSWORDLESS_LOGIN_LINK_ALREADY_USED, 4711


@pytest.mark.parametrize("grade", policy.GRADES)
def test_weak_evidence_binds_where_all_is_strict(grade: Grade) -> None:
    assert policy.kind_of(grade, strict=True) == "broken"
    assert policy.kind_of(grade, strict=False) == ("broken" if grade in {"recorded", "documented"} else "hint")


@pytest.mark.parametrize(
    ("grade", "documented", "kind"),
    [("documented", True, "broken"), ("inferred", True, "hint"), ("inferred", False, "broken")],
)
def test_other_refusal_violates_the_promise_of_its_code_alone(*, grade: Grade, documented: bool, kind: str) -> None:
    assert policy.kind_of_refusal(grade, documented=documented, strict=False) == kind


@pytest.mark.parametrize(
    ("status", "code", "documented"),
    [
        (400, LISTED, True),
        (499, ELSEWHERE, True),
        (200, LISTED, False),
        (500, ErrorCode.INTERNAL_ERROR, False),
        (400, UNKNOWN, False),
        (400, None, False),
        (400, [966], False),
    ],
)
def test_refusal_is_documented_by_status_and_code(*, status: int, code: object, documented: bool) -> None:
    assert policy.is_documented_refusal(status, code) is documented


@pytest.mark.parametrize(("code", "tenant"), [(ELSEWHERE, False), (UNKNOWN, True)])
def test_code_that_is_not_listed_fails_a_tenant_only_where_nothing_documents_it(*, code: int, tenant: bool) -> None:
    refusal = {"Description": "no", "ErrorCode": code, "Message": "no", "IsProviderError": False}
    found = contracts.get("authentication.login_by_email").check(403, {**refusal, "ProviderErrorResponse": None})
    [unlisted] = [violation for violation in found if violation.kind == "undocumented"]
    assert policy.fails(unlisted.kind, unlisted.grade, strict=False) is tenant
    assert policy.fails(unlisted.kind, unlisted.grade, strict=True)


@pytest.mark.parametrize("kind", ["drift", "hint", "accepted"])
def test_drift_hints_and_accepted_differences_never_fail(kind: str) -> None:
    assert not policy.fails(kind, "recorded", strict=True)
