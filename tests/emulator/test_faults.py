"""The switchboard of seeded faults: each can be switched on, and leaves nothing behind when it is switched off."""

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from loginradius_harness import contracts, emulator, faults
from loginradius_harness.cli.emulator import command
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.http.handler_registry import handlers
from loginradius_harness.emulator.server.app import RequestCycle
from loginradius_harness.emulator.state.single_use_tokens import SingleUseTokens
from loginradius_harness.faults.source_patch import SourcePatch

KNOWN = faults.all_faults()
BREAKING = {name: fault for name, fault in KNOWN.items() if fault.category != faults.NEUTRAL}
NEUTRAL = {name: fault for name, fault in KNOWN.items() if fault.category == faults.NEUTRAL}


@pytest.fixture(autouse=True)
def _all_off() -> Iterator[None]:
    yield
    faults.activate(())


def behaviour() -> dict[str, Any]:
    """Everything of the emulator that a fault can change: code of functions and methods, values of modules."""
    seen: dict[str, Any] = {}
    for name, module in _modules().items():
        for member, value in vars(module).items():
            seen[f"{name}.{member}"] = _state(value)
            if inspect.isclass(value) and value.__module__ == name:
                seen |= {f"{name}.{member}.{inner}": _state(part) for inner, part in vars(value).items()}
    return seen


def _modules() -> dict[str, Any]:
    return {
        name: module
        for name, module in sys.modules.items()
        if name.startswith("loginradius_harness.emulator.") and module
    }


def _state(value: Any) -> Any:
    value = value.fget if isinstance(value, property) else value
    function = inspect.unwrap(value) if callable(value) else value
    if inspect.isfunction(function):
        return id(function), function.__code__
    return repr(sorted(value, key=repr)) if isinstance(value, dict) else id(value)


@pytest.mark.parametrize("name", KNOWN)
def test_fault_can_be_switched_on(name: str) -> None:
    with faults.activated(name):
        assert faults.active_names() == [name]
    assert faults.active_names() == []


def test_every_fault_puts_everything_back() -> None:
    before = behaviour()
    for name in KNOWN:
        with faults.activated(name):
            pass
    assert behaviour() == before


def test_every_fault_breaks_a_rule_or_a_contract_that_exists() -> None:
    promised = {rule.id for rule in contracts.rules()} | {operation.id for operation in contracts.operations()}
    assert {name: fault.violates for name, fault in BREAKING.items() if fault.violates not in promised} == {}


def test_every_rule_that_must_hold_has_a_fault() -> None:
    broken = {fault.violates for fault in BREAKING.values()}
    assert [rule.id for rule in contracts.rules() if rule.must_hold and rule.id not in broken] == []


def test_there_are_at_least_250_faults_and_30_neutral_variations() -> None:
    assert len(BREAKING) >= 250
    assert len(NEUTRAL) >= 30
    assert {fault.violates for fault in NEUTRAL.values()} == {""}


def test_nothing_looks_at_faults_while_they_are_off() -> None:
    code = {inspect.getmodule(handler) for handler in handlers().values()} | {RequestCycle}
    assert [part for part in code if part and re.search(r"\bfaults?\.\w", inspect.getsource(part))] == []


def test_unknown_fault_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(faults.UnknownFaultError, match=r"did you mean recovery\.token_works_twice"):
        faults.activate(["recovery.token_works_twise"])


def test_unknown_fault_that_resembles_none_is_refused_with_the_place_of_the_list() -> None:
    with pytest.raises(faults.UnknownFaultError, match=r"no fault 'nonsense'; GET /__emulator__/faults lists all"):
        faults.activate(["nonsense"])


def test_unknown_fault_leaves_the_others_as_they_are() -> None:
    faults.activate(["recovery.token_works_twice"])
    with pytest.raises(faults.UnknownFaultError):
        faults.activate(["nothing.like_it"])
    assert faults.active_names() == ["recovery.token_works_twice"]


def test_several_faults_of_one_function_are_on_together() -> None:
    both = ["recovery.unknown_token_is_accepted", "recovery.token_never_expires"]
    assert faults.activate(both).code == {"loginradius_harness.emulator.state.single_use_tokens.SingleUseTokens.find"}
    assert faults.active_names() == both


def test_faults_of_one_line_cannot_be_on_together() -> None:
    both = ["recovery.token_never_expires", "verification.link_never_expires"]
    with pytest.raises(faults.FaultError, match=r"verification\.link_never_expires"):
        faults.activate(both)
    assert faults.active_names() == []


def test_text_that_does_not_stand_in_the_function_is_refused() -> None:
    patch = SourcePatch()
    with pytest.raises(faults.FaultError, match=r"SingleUseTokens.redeem holds 'no such text' 0 times"):
        patch.replace_source(SingleUseTokens.redeem, "no such text", "pass")


def test_text_that_becomes_the_same_is_refused() -> None:
    patch = SourcePatch()
    with pytest.raises(faults.FaultError, match=r"SingleUseTokens.redeem would not change"):
        patch.replace_source(SingleUseTokens.redeem, "token.used = True", "token.used = True")


def test_text_that_cannot_be_compiled_is_refused() -> None:
    patch = SourcePatch()
    with pytest.raises(faults.FaultError, match=r"SingleUseTokens.redeem is no longer valid Python"):
        patch.replace_source(SingleUseTokens.redeem, "token.used = True", "token.used = (")


def test_fault_that_cannot_be_switched_on_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(patch: SourcePatch) -> None:
        patch.replace_source(SingleUseTokens.redeem, "token.used = True", "pass")
        raise faults.FaultError("the second half")

    before = behaviour()
    monkeypatch.setitem(KNOWN, "half.done", faults.Fault("half.done", "", half))
    with pytest.raises(faults.FaultError, match="the second half"):
        faults.activate(["half.done"])
    monkeypatch.undo()
    assert faults.active_names() == []
    assert behaviour() == before


def test_control_api_switches_faults() -> None:
    with (
        emulator.running(faults=lambda: faults) as running,
        httpx.Client(base_url=running.url, trust_env=False) as http,
    ):
        answer = http.put("/__emulator__/faults", json={"on": ["configuration.server_time_is_local"]}).json()
        assert answer["on"] == ["configuration.server_time_is_local"]
        assert http.get("/__emulator__/faults").json() == answer
        assert {fault["name"]: fault["violates"] for fault in answer["known"]} == {
            name: fault.violates for name, fault in KNOWN.items()
        }
        assert http.put("/__emulator__/faults", json={"on": []}).json()["on"] == []


def test_control_api_refuses_an_unknown_fault() -> None:
    with (
        emulator.running(faults=lambda: faults) as running,
        httpx.Client(base_url=running.url, trust_env=False) as http,
    ):
        answer = http.put("/__emulator__/faults", json={"on": ["recovery.token_works_twise"]})
    assert answer.status_code == 400
    assert "did you mean recovery.token_works_twice" in json.dumps(answer.json())


def test_control_api_refuses_faults_of_one_line() -> None:
    both = ["recovery.token_never_expires", "verification.link_never_expires"]
    with (
        emulator.running(faults=lambda: faults) as running,
        httpx.Client(base_url=running.url, trust_env=False) as http,
    ):
        assert http.put("/__emulator__/faults", json={"on": both}).status_code == 400
        assert http.get("/__emulator__/faults").json()["on"] == []


def test_command_line_refuses_an_unknown_fault() -> None:
    result = CliRunner().invoke(command, ["--port", "0", "--fault", "recovery.token_works_twise"])
    assert result.exit_code == 2
    assert "did you mean recovery.token_works_twice" in result.stderr


def test_emulator_without_faults_lists_and_switches_none() -> None:
    with emulator.running() as running, httpx.Client(base_url=running.url, trust_env=False) as http:
        assert http.get("/__emulator__/faults").json() == {"on": [], "outages": [], "known": []}
        answer = http.put("/__emulator__/faults", json={"on": ["recovery.token_works_twice"]})
    assert (answer.status_code, answer.json()["error"]) == (400, "this emulator was started without seeded faults")


def test_fault_is_seen_from_outside_while_it_is_on(ask: Callable[..., Any], person: Any) -> None:
    wrong = {"email": person.email, "password": "not the password"}
    assert ask("authentication.login_by_email", body=wrong).code == ErrorCode.CREDENTIALS_INCORRECT
    with faults.activated("login.any_password_is_right"):
        assert ask("authentication.login_by_email", body=wrong).status == 200
    assert ask("authentication.login_by_email", body=wrong).code == ErrorCode.CREDENTIALS_INCORRECT
