"""The install command of README is the one used everywhere, and newer releases than the locked ones do not break it."""

import base64
import ensurepip
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
COMMAND_LINES = re.findall(
    r"^    (python3 -m venv .+)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
)
STEPS = COMMAND_LINES[0].split(" && ")[:-1]
[INSTALL_LOCK] = [step for step in STEPS if "requirements.lock" in step]
CHECK = STEPS[-1]
BROUGHT_BY_VENV = ("pip-", "setuptools-")
LOCK = {
    (locked := Requirement(line.removesuffix("\\"))).name: locked
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    if re.match(r"[a-z]", line)
}


def test_readme_shows_the_lines_that_ci_runs() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert re.findall(r"^(python3 -m venv .+) \|\| status=1$", script, re.MULTILINE) == COMMAND_LINES[::-1]


def test_lines_of_readme_differ_by_their_environment_only() -> None:
    assert [line.split(" && ") for line in COMMAND_LINES] == [
        [*STEPS, f".venv/bin/tox -e {environment}"] for environment in ("verify", "test")
    ]


def test_ci_script_is_well_formed() -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    subprocess.run([bash, "-n", ".ci/run"], cwd=ROOT, check=True)


def test_workflows_install_as_readme_does() -> None:
    action = yaml.safe_load((ROOT / ".github/actions/install/action.yml").read_text(encoding="utf-8"))
    steps = [step["run"].splitlines() for step in action["runs"]["steps"] if "-m venv" in step.get("run", "")]
    assert [[line.replace("python -m venv", "python3 -m venv") for line in step] for step in steps] == [STEPS]


def test_image_installs_as_readme_does() -> None:
    text = (ROOT / "loadtests/deploy/Dockerfile").read_text(encoding="utf-8")
    commands = [
        found.strip().replace(" --no-cache-dir", "") for found in re.findall(r"pip (?:install [^&\n]+|check)", text)
    ]
    assert commands == [
        step.removeprefix(".venv/bin/").replace(" -qq", "").replace("-e .", ".") for step in STEPS if "/pip " in step
    ]


def test_tox_without_environment_names_the_command_that_makes_it(tmp_path: Path) -> None:
    for name in ("tox.ini", "toxfile.py"):
        shutil.copy(ROOT / name, tmp_path)
    command = [sys.executable, "-m", "tox", "-e", "verify"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    expected = f"There is no .venv in {tmp_path}. Make it with: {' && '.join(STEPS)}\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)


# --- newer releases than the locked ones --------------------------------------------------------------------------


def build_wheel(folder: Path, name: str, version: str, requirements: list[str]) -> str:
    """Write a wheel that holds nothing but its metadata.

    Returns:
        Its SHA-256, in hex.

    """
    extras = sorted(set(re.findall(r"extra == [\"']([\w.-]+)[\"']", " ".join(requirements))))
    stem = f"{name.replace('-', '_')}-{version}"
    metadata = [f"Name: {name}", f"Version: {version}"]
    metadata += [f"Provides-Extra: {extra}" for extra in extras]
    metadata += [f"Requires-Dist: {requirement}" for requirement in requirements]
    files = {
        f"{stem}.dist-info/METADATA": "\n".join(["Metadata-Version: 2.1", *metadata, ""]),
        f"{stem}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [f"{path},sha256={digest(text)},{len(text.encode())}" for path, text in files.items()]
    files[f"{stem}.dist-info/RECORD"] = "\n".join([*record, f"{stem}.dist-info/RECORD,,", ""])
    wheel = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def digest(text: str) -> str:
    """Return the checksum of a file as RECORD spells it."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def part_of_the_lock(*names: str) -> dict[str, Requirement]:
    """Return what the lock says of these packages and of all that they require on this Python."""
    found: dict[str, Requirement] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = LOCK[name]
            needed = [Requirement(line) for line in requires(name) or []]
            waiting += [
                canonicalize_name(one.name)
                for one in needed
                if one.marker is None or one.marker.evaluate({"extra": ""})
            ]
    return found


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an empty .venv, a part of the lock, and an index that has newer releases of all of it.

    Names, versions and requirements are real (pytest-cov asks for `coverage[toml]`); the wheels are empty. The pip is
    the one that this Python's own `venv` brings.
    """
    folder = tmp_path_factory.mktemp("checkout")
    index = folder / "index"
    index.mkdir()
    lines = []
    for name, locked in part_of_the_lock("pytest-cov", "httpx").items():
        [pin] = locked.specifier
        checksum = build_wheel(index, name, pin.version, requires(name) or [])
        build_wheel(index, name, f"{pin.version}.1", requires(name) or [])
        lines.append(f"{locked} --hash=sha256:{checksum}\n")
    (folder / "requirements.lock").write_text("".join(lines), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "venv", folder / ".venv"], check=True)
    return folder


def run(step: str, checkout: Path) -> subprocess.CompletedProcess[str]:
    """Run one step of the install command with the local index alone."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    environment |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(checkout / "index")}
    command = shlex.split(step)
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)


def test_lock_installs_its_own_versions_when_newer_releases_exist(checkout: Path) -> None:
    installed = run(INSTALL_LOCK, checkout)
    assert (installed.returncode, installed.stderr) == (0, "")
    found = {
        path.name for path in (checkout / ".venv").rglob("*.dist-info") if not path.name.startswith(BROUGHT_BY_VENV)
    }
    locked = (checkout / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^(\S+)==(\S+)", locked, re.MULTILINE)
    assert found == {f"{name.replace('-', '_')}-{version}.dist-info" for name, version in pins}
    checked = run(CHECK, checkout)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.skipif(
    Version(ensurepip.version()) >= Version("23.3"),
    reason="since 23.3, pip applies a pin to the package with extras too",
)
def test_resolving_the_lock_anew_fails_when_newer_releases_exist(checkout: Path) -> None:
    done = run(INSTALL_LOCK.replace(" --no-deps", " --dry-run --ignore-installed"), checkout)
    assert done.returncode != 0
    assert "coverage[toml]" in done.stderr
