"""Members and codes of one tenant, and a twin's file."""

import json
from pathlib import Path
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core import differences
from loginradius_harness.emulator.core.differences import OtherCode, OtherMembers
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.settings import Settings, SettingsError, changed
from loginradius_harness.emulator.core.twin import twin_settings

LOGIN = "authentication.login_by_email"


def apply(data: Any, operation: str = LOGIN, **difference: Any) -> Any:
    return differences.apply(data, [OtherMembers(operations=(LOGIN,), **difference)], operation)


def test_members_are_added_and_left_out_at_their_place() -> None:
    answer = {"Profile": {"Uid": "a", "Age": 1}, "Age": 2}
    changed_answer = apply(answer, pointer="/Profile", add={"Plan": None}, remove=("Age",))
    assert changed_answer == {"Profile": {"Uid": "a", "Plan": None}, "Age": 2}
    assert answer == {"Profile": {"Uid": "a", "Age": 1}, "Age": 2}  # it may be part of the tenant's state


def test_every_element_of_a_list_is_changed() -> None:
    assert apply({"data": [{"a": 1}, {}]}, pointer="/data/*", add={"b": 2}) == {"data": [{"a": 1, "b": 2}, {"b": 2}]}


@pytest.mark.parametrize("answer", [{}, {"Profile": None}, [], None, {"Profile": "text"}])
def test_answer_without_the_place_stays(answer: Any) -> None:
    assert apply(answer, pointer="/Profile", add={"Plan": 1}) == answer


def test_other_operation_is_not_changed() -> None:
    assert apply({}, "pin.login", add={"Plan": 1}) == {}


def test_member_that_is_there_keeps_its_value() -> None:
    assert apply({"Plan": "gold"}, add={"Plan": "text"}) == {"Plan": "gold"}


def refused(code: int, other: OtherCode) -> ApiError:
    return differences.refusal(ApiError(code, Data={"a": 1}), [other], LOGIN)


@pytest.mark.parametrize("other", [938, 9_999], ids=["known", "unknown"])
def test_refusal_has_the_other_code_and_status(other: int) -> None:
    error = refused(ErrorCode.CREDENTIALS_INCORRECT, OtherCode(operation=LOGIN, code=966, status=409, other=other))
    assert (error.status, error.code, error.envelope()["ErrorCode"]) == (409, other, other)


def test_other_refusals_stay() -> None:
    error = refused(ErrorCode.ACCOUNT_BLOCKED, OtherCode(operation=LOGIN, code=966, status=409, other=938))
    assert error.code == ErrorCode.ACCOUNT_BLOCKED


def test_success_is_no_status_of_a_refusal() -> None:
    success = {"operation": LOGIN, "code": 966, "status": 200, "other": 938}
    with pytest.raises(SettingsError):
        changed(Settings(), {"other_codes": [success]})


def test_twin_has_settings(tmp_path: Path) -> None:
    file = tmp_path / "twin.json"
    file.write_text(json.dumps({"twin": 1, "settings": {"otp_length": 4}}), encoding="utf-8")
    assert changed(Settings(), twin_settings(file)).otp_length == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "not valid JSON"), ("[]", "no twin of version 1"), ('{"twin": 2, "settings": {}}', "no twin of version 1")],
)
def test_file_that_is_no_twin_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "twin.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        twin_settings(file)


def test_missing_twin_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        twin_settings(tmp_path / "none.json")
