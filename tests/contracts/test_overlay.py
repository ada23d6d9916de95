import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts import expected_errors, overlay
from loginradius_harness.contracts.overlay import Key, Overlay, Seen

DAY, LATER = date(2026, 3, 1), date(2026, 3, 9)
PROFILE = "authentication.get_profile"
LOGIN = "authentication.login_by_email"
ONCE = Seen(count=1, first_seen=DAY, last_seen=DAY)
EXTRA = Key("extra-member", "token.json", "", "Plan")
CODE = Key("other-code", LOGIN, "938", "401, 966")


def made(*keys: Key, status: overlay.Status = "accepted") -> Overlay:
    differences = [overlay.describe(key, ONCE, [PROFILE], "text") for key in keys]
    found = overlay.merge(Overlay(info=overlay.Info(title="staging", version="2026-03-01")), differences, {})
    return overlay.accept(found, [key.id for key in keys]) if status == "accepted" else found


def token(**members: Any) -> dict[str, Any]:
    return {
        "access_token": "a0b1c2d3-e4f5-4a0b-91c2-d3e4f5a0b1c2", "refresh_token": "a0b1c2d3-e4f5-4a0b-91c2-d3e4f5a0b1c2",
        "expires_in": "2030-01-02T03:04:05.678Z",
    } | members  # fmt: skip


def kinds(found: Overlay, data: Any, status: int = 200) -> list[str]:
    operation = contracts.get("authentication.validate_access_token")
    return [violation.kind for violation in found.judge(operation.id, operation.check(status, data, strict=False))]


def test_accepted_member_is_no_drift() -> None:
    assert kinds(overlay.EMPTY, token(Plan="gold")) == ["drift"]
    assert kinds(made(EXTRA, status="proposed"), token(Plan="gold")) == ["drift"]
    assert kinds(made(EXTRA), token(Plan="gold")) == ["accepted"]


def test_one_more_unknown_member_remains_drift() -> None:
    assert kinds(made(EXTRA), token(Plan="gold", Other=1)) == ["drift"]


def test_accepted_absence_is_no_violation() -> None:
    answer = token()
    del answer["expires_in"]
    assert kinds(overlay.EMPTY, answer) == ["broken"]
    assert kinds(made(Key("absent-member", "token.json", "expires_in", "")), answer) == ["accepted"]


def test_accepted_form_of_a_value_accepts_no_other_form() -> None:
    place = "values.json/$defs/date_time/type"
    accepted = made(Key("other-value", place, "type: types ['string']", "null"))
    assert kinds(accepted, token(expires_in=None)) == ["accepted"]
    assert "broken" in kinds(accepted, token(expires_in=7))


def test_hidden_value_shows_no_difference() -> None:
    secret = contracts.Violation("broken", "/Password", "responses/200/x.json/type", "a mask", "hidden Password")
    assert list(overlay.keys(PROFILE, secret)) == []


def refusal(operation: str, *codes: int, got: int = 966) -> str:
    violation = expected_errors.refusal_violation(contracts.get(operation), codes, 401, got, strict=True)
    assert violation is not None
    return made(CODE).judge(operation, [violation])[0].kind


def test_other_code_stands_for_the_expected_one_of_its_operation() -> None:
    assert refusal(LOGIN, 938) == refusal(LOGIN, 938, 970) == "accepted"
    assert refusal(LOGIN, 970) == "broken"
    assert refusal(LOGIN, 938, got=970) == "broken"
    assert refusal("pin.login", 938) == "broken"


def test_success_is_never_accepted_in_place_of_a_refusal() -> None:
    violation = expected_errors.refusal_violation(contracts.get(LOGIN), [938], 200, None, strict=True)
    assert violation is not None
    assert list(overlay.keys(LOGIN, violation)) == []


@pytest.mark.parametrize("status", [200, 500])
def test_success_or_server_error_is_no_difference(status: int) -> None:
    assert overlay.refusal_key(LOGIN, "938", status, 966) is None


def test_file_is_the_same_after_a_round_trip(tmp_path: Path) -> None:
    file = tmp_path / "targets" / "staging.overlay.json"
    overlay.write(made(CODE, EXTRA), file)
    text = file.read_text(encoding="utf-8")
    overlay.write(overlay.read(file), file)
    assert file.read_text(encoding="utf-8") == text
    assert [action["x-id"] for action in json.loads(text)["actions"]] == sorted([CODE.id, EXTRA.id])


def test_overlay_without_a_list_of_differences_has_none(tmp_path: Path) -> None:
    file = tmp_path / "old.overlay.json"
    overlay.write(made(), file)
    data = json.loads(file.read_text(encoding="utf-8"))
    assert data.pop("actions") == []
    file.write_text(json.dumps(data), encoding="utf-8")
    assert overlay.read(file) == made()


def test_missing_file_is_an_empty_overlay(tmp_path: Path) -> None:
    assert overlay.read(tmp_path / "none.json") == overlay.EMPTY


def spoil(change: Callable[[dict[str, Any]], object], file: Path) -> None:
    overlay.write(made(CODE), file)
    data = json.loads(file.read_text(encoding="utf-8"))
    change(data)
    file.write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda data: data.pop("info"), "/: "),
        (lambda data: data["actions"][0].update({"x-status": "yes"}), "/actions/0/x-status: "),
        (lambda data: data["actions"][0].update(note="mine"), "/actions/0: "),
        (lambda data: data["actions"][0].update({"x-actual": "200, 966"}), "nobody may accept"),
        (lambda data: data["actions"][0]["x-evidence"].update(first_seen="March"), "first_seen"),
    ],
    ids=["member missing", "status", "unknown member", "success instead of a refusal", "date"],
)
def test_invalid_file_is_named_with_its_place(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], place: str
) -> None:
    file = tmp_path / "staging.overlay.json"
    spoil(change, file)
    with pytest.raises(overlay.OverlayInvalid) as refused:
        overlay.read(file)
    assert str(refused.value).startswith(f"{file}: ")
    assert place in str(refused.value)
    assert "\n" not in str(refused.value)


def test_truncated_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "staging.overlay.json"
    file.write_text('{"overlay": ', encoding="utf-8")
    with pytest.raises(overlay.OverlayInvalid, match="not valid JSON"):
        overlay.read(file)


def test_merge_keeps_decisions_and_adds_evidence() -> None:
    later = Seen(count=2, first_seen=LATER, last_seen=LATER)
    again = overlay.describe(EXTRA, later, [LOGIN], "text")
    [merged] = overlay.merge(made(EXTRA), [again], {}).actions
    assert merged.is_accepted
    assert merged.evidence == Seen(count=3, first_seen=DAY, last_seen=LATER)
    assert merged.operations == (PROFILE, LOGIN)


def test_merge_adds_up_confirmed_promises() -> None:
    once = {LOGIN: {"responses/200": ONCE}}
    merged = overlay.merge(overlay.merge(made(), [], once), [], once)
    assert merged.confirmed[LOGIN]["responses/200"].count == 2


def test_unknown_id_is_not_accepted() -> None:
    with pytest.raises(overlay.OverlayInvalid, match=r"proposed are: extra-member.token.json.Plan"):
        overlay.accept(made(EXTRA, status="proposed"), ["extra-member.token.json.plan"])


def test_placeholder_keeps_the_form_and_nothing_else() -> None:
    values = ["Ann", 7, 1.5, True, None, ["Ann"], {"a": "Ann"}, "2026-03-01T10:11:12.3456789Z", "2026-03-01T10:11:12"]
    assert [overlay.placeholder(value) for value in values] == [
        "text", 0, 0, True, None, [], {}, "2000-01-01T00:00:00.123Z", "2000-01-01T00:00:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "name"),
    [("staging", "staging"), ("https://api.example.com:8443/lr", "api.example.com-8443-lr")],
)
def test_file_is_named_after_the_target(target: str, name: str) -> None:
    assert overlay.file_of(target, Path("here/targets.toml")) == Path(f"here/targets/{name}.overlay.json")
