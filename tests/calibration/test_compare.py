from typing import Any

import pytest

from loginradius_harness.calibration.compare import Comparison, compare
from loginradius_harness.calibration.observe import Answer, Observed, cases, observe
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.client.secrets import Secret
from loginradius_harness.target.target import Target

PROFILE = "authentication.get_profile"


def compared(one: Any, other: Any, *, codes: tuple[int | None, int | None] = (None, None)) -> Comparison:
    statuses = [200 if code is None else 403 for code in codes]
    sides = [
        Observed({"a": Answer(PROFILE, status, code, body, ())}, {})
        for status, code, body in zip(statuses, codes, (one, other), strict=True)
    ]
    return compare(*sides)


def shown(result: Comparison) -> list[tuple[str, str]]:
    return [(found.place, found.what) for found, _ in result.ranked]


def test_answers_of_the_same_form_agree() -> None:
    result = compared({"Uid": "a", "Age": 1, "Email": []}, {"Uid": "b", "Age": 7, "Email": [{"Value": "x"}]})
    assert (result.fidelity, shown(result)) == (1.0, [])


def test_member_of_one_target_is_a_difference_of_its_schema() -> None:
    result = compared({"Uid": "a", "Plan": "gold"}, {"Uid": "b", "Age": None})
    assert shown(result) == [
        ("profile_members.json", "Age: second target only"),
        ("profile_members.json", "Plan: first target only"),
    ]
    assert {key.id for key in result.findings.keys} == {
        "absent-member.profile_members.json.Age", "extra-member.profile_members.json.Plan",
    }  # fmt: skip
    assert result.fidelity == 0


def test_other_form_of_a_value_is_a_difference() -> None:
    result = compared({"Age": "7"}, {"Age": 7})
    assert shown(result) == [("profile_members.json", "Age: text and number")]


def test_other_code_is_one_difference_and_can_be_accepted() -> None:
    result = compared({"ErrorCode": 938}, {"ErrorCode": 966}, codes=(938, 966))
    assert shown(result) == [(PROFILE, "403, 938 and 403, 966")]
    assert [key.id for key in result.findings.keys] == [f"other-code.{PROFILE}.966-938"]


def test_success_where_the_other_refuses_cannot_be_accepted() -> None:
    result = compared({}, {"ErrorCode": 966}, codes=(None, 966))
    assert result.asked == 1
    assert result.agreed == 0
    assert result.findings.keys == frozenset()


def test_trimmed_fraction_is_a_dialect_and_no_difference_of_each_date() -> None:
    result = compared({"LastLoginDate": "2030-01-02T03:04:05.67Z"}, {"LastLoginDate": "2030-01-02T03:04:05.678Z"})
    assert shown(result) == [("dialect", "trimmed_fractions: first target only")]
    assert result.fidelity == 1


def test_request_that_one_target_was_not_asked_does_not_count() -> None:
    result = compare(Observed({"a": Answer(PROFILE, 200, None, {}, ())}, {}), Observed({}, {"a": "needs mfa"}))
    assert (result.asked, result.fidelity, result.not_asked) == (0, 0.0, {"a": "needs mfa"})


def test_reasons_why_requests_were_not_asked_are_counted() -> None:
    result = compare(Observed({}, {"a": "needs mfa", "b": "needs pin\nmore", "c": "needs mfa"}), Observed({}, {}))
    assert result.reasons == [("needs mfa", 2), ("needs pin", 1)]


def test_cases_are_safe_and_begin_with_an_example_of_each_form() -> None:
    known = list(cases())
    assert {case.operation.effect for case in known} == {"read", "write"}
    assert len({case.id for case in known}) == len(known)
    first = [str(case.operation.responses) for case in known[:40] if case.scenario is None]
    assert len(first) == len(set(first)) > 20


def test_production_is_never_sent_a_case() -> None:
    production = Target(name="live", api_key=Secret("key"), api_secret=None, environment="production")
    with pytest.raises(ConfigurationError, match="accounts of real users"):
        observe(production, cases())
