"""Every public name is on the reference pages; the names are found on other ways than the pages find them."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import get_args

import msgspec
import pytest

from docs.site import pages
from loginradius_harness import contracts
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.control.api import ControlApi
from loginradius_harness.emulator.control.routes import routes
from loginradius_harness.emulator.core.message_texts import TEXTS
from loginradius_harness.emulator.core.presets import PRESETS
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.load.config import profiles
from loginradius_harness.load.workload.scenarios import SCENARIOS
from loginradius_harness.report.recording import events
from loginradius_harness.target.capabilities import NEEDS, SETTINGS
from loginradius_harness.target.target import EXAMPLE
from tests.docs.pages import ROOT

SOURCE = ROOT / "src" / "loginradius_harness"
VARIABLE = re.compile(r"\b(?:HARNESS|LOGINRADIUS)_[A-Z_]+[A-Z]\b")


@pytest.fixture(scope="module")
def text() -> dict[str, str]:
    """Return the text of every page, its tables filled in."""
    return {page: pages.text(page, source) for page, source in pages.pages().items()}


def run(*words: str) -> str:
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def helps(*words: str) -> Iterator[tuple[str, str]]:
    """Yield the help text of a command and of all below it, as a user reads them."""
    shown = run("loginradius_harness", *words, "--help")
    yield " ".join(["loginradius-harness", *words]), shown
    listed = re.search(r"Commands ─.*?╰", shown, re.DOTALL)
    for name in re.findall(r"^│ ([a-z][\w-]*) ", listed[0] if listed else "", re.MULTILINE):
        yield from helps(*words, name)


def test_every_command_and_option_is_documented(text: dict[str, str]) -> None:
    missing = []
    for command, shown in helps():
        section = text["reference/cli.md"].partition(f"## `{command}`\n")[2].partition("\n## ")[0]
        options = {option for line in shown.splitlines() for option in re.findall(r"^│ (--[\w-]+)", line)} - {"--help"}
        missing += [command] if not section else [f"{command} {name}" for name in options if f"`{name}" not in section]
    assert missing == []


def test_every_pytest_option_is_documented(text: dict[str, str]) -> None:
    shown = run("pytest", "--help", "-p", "no:cacheprovider")
    groups = r"^(?:LoginRadius tenant under test|loginradius|reports|which tests run|how deep the suites ask):\n"
    sections = re.findall(groups + r"((?:  .*\n)+)", shown, re.MULTILINE)
    options = {option for section in sections for option in re.findall(r"^  (--[\w-]+)", section, re.MULTILINE)}
    assert len(options) > 10
    assert {option for option in options if f"`{option}" not in text["reference/pytest.md"]} == set()


def test_every_fixture_and_marker_is_documented(text: dict[str, str]) -> None:
    fixtures = set(
        re.findall(r"^(loginradius\w*)", run("pytest", "--fixtures", "-q", "--co", "tests/docs"), re.MULTILINE)
    )
    markers = {"loginradius_preset", "loginradius_needs", "rule", "security"}
    assert "loginradius_api" in fixtures
    assert {name for name in fixtures | markers if f"`{name}" not in text["reference/pytest.md"]} == set()


def test_every_key_of_a_target_is_documented(text: dict[str, str]) -> None:
    keys = re.findall(r"^(\w+) = ", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    page = text["reference/configuration.md"]
    assert [
        key for key in keys if not re.search(rf"^\| `(?:mailbox\.|federation\.|limits\.)?{key}` ", page, re.MULTILINE)
    ] == []


def test_every_environment_variable_is_documented(text: dict[str, str]) -> None:
    sources = [*SOURCE.rglob("*.py"), ROOT / "conftest.py", *(ROOT / "suites").rglob("*.py")]
    named = {name for path in sources for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    named = {name for name in named if not name.startswith("LOGINRADIUS_EMULATOR")}
    page = text["reference/configuration.md"]
    assert {name for name in named if f"`{name}`" not in page} == set()


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("emulator-settings", {*Settings.__struct_fields__, *PRESETS}),
        ("control-api", {f"{verb} /{path}" for verb, path in routes(ControlApi)}),
        ("control-api", set(TEXTS)),
        ("load-profiles", {*profiles.names(), *SCENARIOS, *profiles.Profile.__struct_fields__} - {"name"}),
        ("load-profiles", {*profiles.Limits.__struct_fields__, *profiles.Abort.__struct_fields__}),
        ("error-codes", {code.name for code in ErrorCode}),
        ("pytest", {*SETTINGS, *(name for names in NEEDS.values() for name in names)}),
    ],
    ids=["settings", "control calls", "messages", "profiles", "limits", "error codes", "capabilities"],
)
def test_every_name_is_documented(page: str, names: set[str], text: dict[str, str]) -> None:
    assert {name for name in names if f"`{name}`" not in text[f"reference/{page}.md"]} == set()


def test_every_row_of_the_checklist_is_documented_with_its_requirements(text: dict[str, str]) -> None:
    rows = dict(re.findall(r"^\| (\d+) \| .*? \| (.*) \|$", text["reference/security-checks.md"], re.MULTILINE))
    named = {str(row) for rule in contracts.rules() for row in rule.checklist}
    assert named <= set(rows)
    assert [row for row, requirements in rows.items() if not requirements] == []


def test_every_outcome_and_cause_is_explained(text: dict[str, str]) -> None:
    page = text["guides/read-the-report.md"]
    words = {word.replace("-", " ") for word in (*get_args(events.Outcome), *get_args(events.Cause))}
    assert {
        word for word in words - {"passed", "failed"} if not re.search(rf"^\|.*\b{word}\b.*\|", page, re.MULTILINE)
    } == set()


def test_criteria_exit_codes_and_members_of_the_report_are_documented(text: dict[str, str]) -> None:
    assert re.findall(r"^\| (C\d) ", text["reference/coverage.md"], re.MULTILINE) == [f"C{n}" for n in range(1, 10)]
    assert re.findall(r"^\| (\d) \|", text["reference/configuration.md"], re.MULTILINE) == list("01234")
    schema = msgspec.json.decode((SOURCE / "report/formats/report.schema.json").read_bytes())
    members = {member for kind in schema["$defs"].values() for member in kind.get("properties", ())}
    assert {member for member in members if f"`{member}`" not in text["reference/report.md"]} == set()
