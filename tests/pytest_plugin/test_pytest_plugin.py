"""The pytest plug-in in a user's project: fixtures, marker, skips, and an emulator for the run."""

from pathlib import Path

import pytest

from loginradius_harness import emulator
from tests.pytest_plugin.user_project import Run

APPLICATION_TESTS = '''
import httpx
import pytest

def test_login_of_the_application(loginradius):
    """An application logs its user in; the test reads the reset mail."""
    person = loginradius.person()
    answer = httpx.post(
        f"{loginradius.tenant.api_url}/identity/v2/auth/login",
        params={"apikey": loginradius.tenant.api_key.reveal()},
        json={"email": person.email, "password": person.password},
    )
    assert answer.json()["Profile"]["Uid"]
    loginradius.api.call("authentication.forgot_password", body={"email": person.email}).must_succeed()
    assert loginradius.mailbox.wait(to=person.email, kind="forgotpassword").token

@pytest.mark.loginradius_preset("default", lockout_type="Suspend", lockout_threshold=1)
def test_a_tenant_of_its_own(loginradius_person, loginradius_api):
    body = {"email": loginradius_person.email, "password": "wrong"}
    loginradius_api.call("authentication.login_by_email", body=body).must_be_refused(1198)
'''


def test_application_uses_the_fixtures(tmp_path: Path, run_pytest: Run) -> None:
    (tmp_path / "test_application.py").write_text(APPLICATION_TESTS)
    finished = run_pytest()
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "2 passed" in finished.stdout


def test_fixture_of_the_session_has_the_tenant_of_the_tests(tmp_path: Path, run_pytest: Run) -> None:
    (tmp_path / "conftest.py").write_text(
        "import pytest\n"
        "@pytest.fixture(scope='session')\n"
        "def server(loginradius_tenants): return loginradius_tenants.for_preset('default').target\n"
    )
    (tmp_path / "test_application.py").write_text(
        "def test_own(server, loginradius): assert server == loginradius.tenant\n"
    )
    finished = run_pytest()
    assert "1 passed" in finished.stdout, finished.stdout


@pytest.mark.parametrize("workers", ["0", "1"])
def test_spent_budget_ends_the_run_in_one_clear_line(
    tmp_path: Path, run_pytest: Run, running: emulator.Running, workers: str
) -> None:
    (tmp_path / "test_people.py").write_text(
        "import pytest\n@pytest.mark.parametrize('number', range(9))\ndef test_one(loginradius_person, number): pass\n"
    )
    (tmp_path / "targets.toml").write_text(
        f'[staging]\nenvironment = "emulator"\nshared = true\napi_url = "{running.url}"\nlimits = {{users = 3}}\n'
    )
    finished = run_pytest("--lr-target", "staging", "-n", workers)
    assert finished.returncode == 2
    assert "3 passed, 1 error" in finished.stdout
    assert "The run has used all 3 users that it may use on staging: raise limits.users" in finished.stdout


@pytest.mark.parametrize("place", ["test", "fixture"])
def test_unsupported_feature_skips_the_test(tmp_path: Path, run_pytest: Run, place: str) -> None:
    (tmp_path / "test_offer.py").write_text(
        "import pytest\nfrom loginradius_harness.client.errors import UnsupportedByTarget\n"
        "def ask(): raise UnsupportedByTarget('switch PIN login on')\n"
        "@pytest.fixture\n"
        f"def prepared(): {'ask()' if place == 'fixture' else 'pass'}\n"
        "def test_pin(prepared): ask()\n"
    )
    finished = run_pytest("-rs")
    assert finished.returncode == 0
    assert "switch PIN login on" in finished.stdout
    assert "1 skipped" in finished.stdout


def test_unknown_target_is_one_clear_line_and_exit_code_2(tmp_path: Path, run_pytest: Run) -> None:
    (tmp_path / "test_application.py").write_text(APPLICATION_TESTS)
    finished = run_pytest("--lr-target", "nowhere")
    assert finished.returncode == 2
    assert "'nowhere' is a name, but there is no targets.toml" in finished.stdout
    assert "Traceback" not in finished.stdout + finished.stderr


@pytest.mark.parametrize("options", [(), ("--lr-target", "staging")], ids=["emulator", "tenant"])
@pytest.mark.parametrize("preset", ["'default'", "'default', lockout_threshold=3"], ids=["shared", "own"])
def test_need_that_does_not_exist_is_refused_on_any_target(
    tmp_path: Path, run_pytest: Run, running: emulator.Running, options: tuple[str, ...], preset: str
) -> None:
    (tmp_path / "targets.toml").write_text(
        f'[staging]\nenvironment = "emulator"\nshared = true\napi_url = "{running.url}"\n'
    )
    (tmp_path / "test_needs.py").write_text(
        f"import pytest\n@pytest.mark.loginradius_preset({preset})\n"
        "@pytest.mark.loginradius_needs('phone-logins')\ndef test_one(loginradius): pass\n"
    )
    finished = run_pytest(*options)
    assert finished.returncode == 1
    hint = "@pytest.mark.loginradius_needs: there is no capability 'phone-logins'; did you mean 'phone-login'?"
    assert hint in finished.stdout
    assert "Traceback" not in finished.stdout + finished.stderr
    assert "1 error" in finished.stdout
