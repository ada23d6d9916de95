"""The plug-in leaves an application's own packages, fixtures and options alone, and the application can use it."""

import ast
import inspect
from pathlib import Path

import pytest

from loginradius_harness import pytest_plugin
from tests.pytest_plugin.user_project import Run, Start

NAMES = ("contracts", "harness", "emulator", "reports", "suites", "loadtests")
FIXTURES = ("target", "api", "person", "stage", "scene", "listener", "journey", "tenant", "tenants", "mailbox")

USES_NOTHING = "def test_own(): pass\n"
USES_THE_TENANT = """
def test_own(): pass

def test_tenant(loginradius_person, loginradius_api):
    loginradius_api.call("account.get_account_profile_by_email", query={"email": loginradius_person.email})
"""


def write(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("start", ["python -m pytest", "pytest"])
@pytest.mark.parametrize("kind", ["folder", "package"])
@pytest.mark.parametrize("below", ["", "tests"])
def test_application_may_have_packages_of_any_name(
    tmp_path: Path, run_pytest: Run, below: str, start: Start, kind: str
) -> None:
    for name in NAMES:
        folder = tmp_path / below / name
        write(folder / f"test_{name}.py", USES_THE_TENANT)
        if kind == "package":
            write(folder / "__init__.py", 'OWN = "the application\'s"\n')
    finished = run_pytest(start=start)
    assert f"{2 * len(NAMES)} passed" in finished.stdout, finished.stdout + finished.stderr


@pytest.mark.parametrize("start", ["python -m pytest", "pytest"])
def test_application_may_have_modules_of_any_name(tmp_path: Path, run_pytest: Run, start: Start) -> None:
    for name in NAMES:
        write(tmp_path / f"{name}.py", "raise ImportError('the plug-in imported a module of the application')\n")
    write(tmp_path / "test_application.py", USES_THE_TENANT)
    finished = run_pytest(start=start)
    assert "2 passed" in finished.stdout, finished.stdout + finished.stderr


def test_application_may_have_fixtures_of_any_name(tmp_path: Path, run_pytest: Run) -> None:
    fixtures = "".join(f"@pytest.fixture\ndef {name}(): return 'own'\n" for name in FIXTURES)
    write(tmp_path / "conftest.py", f"import pytest\n{fixtures}")
    values = ", ".join(FIXTURES)
    write(
        tmp_path / "test_application.py",
        f"def test_own({values}, loginradius):\n"
        f"    assert {{{values}}} == {{'own'}}\n"
        "    assert loginradius.person().email\n",
    )
    finished = run_pytest()
    assert "1 passed" in finished.stdout, finished.stdout + finished.stderr


def test_fixtures_of_the_plugin_start_with_its_name() -> None:
    functions = [node for node in ast.parse(inspect.getsource(pytest_plugin)).body if isinstance(node, ast.FunctionDef)]
    fixtures = [
        node.name for node in functions if any("pytest.fixture" in ast.unparse(mark) for mark in node.decorator_list)
    ]
    assert "loginradius" in fixtures
    assert all(name.startswith("loginradius") for name in fixtures)


def test_application_may_have_options_target_and_allow(tmp_path: Path, run_pytest: Run) -> None:
    write(
        tmp_path / "conftest.py",
        "def pytest_addoption(parser):\n"
        "    parser.addoption('--target')\n"
        "    parser.addoption('--targets-file')\n"
        "    parser.addoption('--allow')\n"
        "    parser.addoption('--allow-production', action='store_true')\n",
    )
    write(
        tmp_path / "test_application.py",
        "def test_own(pytestconfig, loginradius):\n"
        "    assert pytestconfig.getoption('--target') == 'pluto'\n"
        "    assert loginradius.tenant.is_emulator\n",
    )
    finished = run_pytest("--target", "pluto", "--allow", "anything")
    assert "1 passed" in finished.stdout, finished.stdout + finished.stderr


def test_ini_values_stand_for_the_options(tmp_path: Path, run_pytest: Run) -> None:
    write(tmp_path / "pytest.ini", "[pytest]\nlr_target = nowhere\nlr_targets_file = own.toml\n")
    write(tmp_path / "own.toml", "[elsewhere]\n")
    write(tmp_path / "test_application.py", USES_THE_TENANT)
    finished = run_pytest()
    assert finished.returncode == 2
    assert "own.toml has no target 'nowhere'" in finished.stdout


@pytest.mark.parametrize("effects", ["destory,tenant", "anything"])
def test_unknown_effect_is_refused(tmp_path: Path, run_pytest: Run, effects: str) -> None:
    write(tmp_path / "test_application.py", USES_NOTHING)
    finished = run_pytest("--lr-allow", effects)
    assert finished.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--lr-allow: no effect is called" in finished.stderr
    assert "use destroy or tenant." in finished.stderr


def test_effects_may_have_spaces_between_them(tmp_path: Path, run_pytest: Run) -> None:
    write(tmp_path / "test_application.py", USES_NOTHING)
    assert "1 passed" in run_pytest("--lr-allow", "destroy, tenant").stdout


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ('("nope")', "there is no preset 'nope'"),
        ('("mfa-optionl")', "did you mean 'mfa-optional'?"),
        ('("default", lockout_treshold=3)', "did you mean 'lockout_threshold'?"),
        ('("default", "phone-login")', "takes the name of one preset, not 'default', 'phone-login'"),
        ('("default", name="pin")', "takes the name of one preset, not 'default', 'pin'"),
        ("(3)", "takes the name of one preset, not 3"),
        ("(pin={1, 2})", "takes settings that JSON can hold: Object of type set is not JSON serializable"),
    ],
)
def test_mistake_in_the_marker_is_one_line(tmp_path: Path, run_pytest: Run, marker: str, said: str) -> None:
    write(
        tmp_path / "test_application.py",
        f"import pytest\n@pytest.mark.loginradius_preset{marker}\ndef test_own(loginradius): pass\n",
    )
    finished = run_pytest()
    assert said in finished.stdout, finished.stdout + finished.stderr
    assert "Traceback" not in finished.stdout
    assert "pytest_plugin.py" not in finished.stdout


def test_marker_takes_its_preset_by_name(tmp_path: Path, run_pytest: Run) -> None:
    write(
        tmp_path / "test_application.py",
        "import pytest\n"
        "@pytest.mark.loginradius_preset(name='mfa-optional')\n"
        "def test_own(loginradius):\n"
        "    assert loginradius.emulator.settings()['mfa'] == 'optional'\n",
    )
    finished = run_pytest()
    assert "1 passed" in finished.stdout, finished.stdout + finished.stderr


def test_unused_plugin_imports_nothing_heavy(tmp_path: Path, run_pytest: Run) -> None:
    write(
        tmp_path / "test_application.py",
        "import sys\n"
        "def test_own():\n"
        "    ours = {name for name in sys.modules if name.startswith('loginradius_harness')}\n"
        "    print('\\nIMPORTED', sorted(ours))\n"
        "    assert not {'httpx', 'msgspec', 'cryptography', 'jsonschema_rs', 'filelock'} & set(sys.modules)\n"
        "    assert len(ours) <= 8\n",
    )
    finished = run_pytest("-s")
    assert "1 passed" in finished.stdout, finished.stdout + finished.stderr
