"""A failed case is asked again by every later run; a run without a seed stores nothing."""

import json
from pathlib import Path

import pytest

from loginradius_harness import contracts
from loginradius_harness.checks.generation import regressions
from loginradius_harness.checks.generation.case import Case
from loginradius_harness.checks.generation.case_cache import cases
from loginradius_harness.checks.generation.regressions import store, storing_failures

LOGIN = contracts.get("authentication.login_by_email")
CASE = Case("negative", "kept", "body", {"password": 7})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "regressions.json"
    path.write_text("{}")
    return path


def fail(case: Case) -> AssertionError:
    failure = AssertionError("not as promised")
    failure.case = case  # type: ignore[attr-defined]  # as CaseFailed has it
    return failure


@pytest.mark.parametrize(("seed", "count"), [(0, 0), (7, 1)])
def test_only_fresh_cases_are_kept(file: Path, seed: int, count: int) -> None:
    with pytest.raises(AssertionError), storing_failures(LOGIN, seed, file):
        raise fail(CASE)
    assert len(json.loads(file.read_text()).get(LOGIN.id, [])) == count


def test_case_is_kept_once(file: Path) -> None:
    store(LOGIN, CASE, file)
    store(LOGIN, CASE, file)
    assert json.loads(file.read_text()) == {
        LOGIN.id: [{"mode": "negative", "scenario": "kept", "part": "body", "members": {"password": 7}, "without": []}]
    }


def test_kept_case_comes_first(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(LOGIN, CASE, file)
    monkeypatch.setattr(regressions, "_entries", lambda: json.loads(file.read_text()))
    assert cases(LOGIN)[0] == CASE


def test_same_seed_draws_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from loginradius_harness.checks.generation import case_cache  # noqa: PLC0415  # its folder is changed

    drawn = []
    for folder in ("one", "two"):
        monkeypatch.setattr(case_cache, "FOLDER", tmp_path / folder)
        drawn.append(cases(LOGIN, 11))
    assert drawn[0] == drawn[1] != ()
