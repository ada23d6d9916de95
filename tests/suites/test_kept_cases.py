"""What failed once is asked for ever; a run that does not explore keeps nothing."""

import json
from pathlib import Path

import pytest

import contracts
from suites import kept
from suites.corpus import Case, cases
from suites.kept import keep, keeping

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
    with pytest.raises(AssertionError), keeping(LOGIN, seed, file):
        raise fail(CASE)
    assert len(json.loads(file.read_text()).get(LOGIN.id, [])) == count


def test_case_is_kept_once(file: Path) -> None:
    keep(LOGIN, CASE, file)
    keep(LOGIN, CASE, file)
    assert json.loads(file.read_text()) == {
        LOGIN.id: [{"mode": "negative", "scenario": "kept", "part": "body", "members": {"password": 7}, "without": []}]
    }


def test_kept_case_comes_first(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(LOGIN, CASE, file)
    monkeypatch.setattr(kept, "_file", lambda: json.loads(file.read_text()))
    assert cases(LOGIN)[0] == CASE


def test_same_seed_draws_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from suites import corpus  # noqa: PLC0415  # its home is changed

    drawn = []
    for home in ("one", "two"):
        monkeypatch.setattr(corpus, "HOME", tmp_path / home)
        drawn.append(cases(LOGIN, 11))
    assert drawn[0] == drawn[1] != ()
