"""The image of the emulator and its compose file: a linter's verdict, and the same steps without a daemon."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from loginradius_harness.cli.emulator import command
from tests.free_ports import free_ports

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/examples/emulator"
TEXT = (FOLDER / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
STEPS = [line.partition(" ")[::2] for line in TEXT.splitlines() if line and not line.startswith(("#", " "))]
LAST_STAGE = STEPS[max(number for number, (word, _) in enumerate(STEPS) if word == "FROM") :]
SERVICES = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))["services"]


def value(word: str) -> str:
    """Return the argument of the one instruction of a kind in the image's own stage."""
    [found] = [argument for name, argument in LAST_STAGE if name == word]
    return found


@pytest.mark.parametrize("file", ["docs/examples/emulator/Dockerfile", "loadtests/deploy/Dockerfile"])
def test_linter_finds_nothing(file: str) -> None:
    linter = shutil.which("hadolint", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if linter is None:
        pytest.skip("hadolint is not installed")
    done = subprocess.run(
        [linter, "--failure-threshold", "warning", str(ROOT / file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_image_is_slim_has_no_privileges_and_a_health_check() -> None:
    assert [argument.split()[0] for word, argument in STEPS if word == "FROM"] == ["python:3.13-slim"] * 2
    assert int(value("USER")) > 0
    assert "/__emulator__/health" in value("HEALTHCHECK")


def test_image_adds_little_to_its_base() -> None:
    """The base has about 45 MB compressed; what is installed has a third of its size then."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["hashes"]]
    size = sum(map(_size, _distributions(wanted)))
    assert 10e6 < size < 100e6, f"{size / 1e6:.0f} MB"


def _distributions(requirements: Iterable[str]) -> set[str]:
    """Return the distributions that requirements stand for on this machine, with those that they need."""
    found: set[str] = set()
    waiting = list(map(Requirement, requirements))
    while waiting:
        wanted = waiting.pop()
        if wanted.name not in found and (wanted.marker is None or wanted.marker.evaluate({"extra": ""})):
            found.add(wanted.name)
            waiting += map(Requirement, metadata.requires(wanted.name) or ())
    return found


def _size(name: str) -> int:
    files = [file.locate() for file in metadata.files(name) or () if file.suffix != ".pyc"]
    return sum(Path(str(file)).stat().st_size for file in files if Path(str(file)).exists())


def test_compose_publishes_on_loopback_and_waits_for_health() -> None:
    assert SERVICES["emulator"]["ports"] == ["127.0.0.1:8484:8484"]
    assert (SERVICES["emulator"]["read_only"], SERVICES["emulator"]["cap_drop"]) == (True, ["ALL"])
    assert SERVICES["app"]["depends_on"] == {"emulator": {"condition": "service_healthy"}}


def test_every_variable_is_an_option() -> None:
    options = {f"LOGINRADIUS_EMULATOR_{(option.name or '').upper()}" for option in command.params}
    image = dict([value("ENV").split("=")])
    assert set(SERVICES["emulator"]["environment"]) | set(image) <= options


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the package from what the image's build copies, and return the folder of its installation."""
    project, built = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("built")
    for word, argument in STEPS:
        if word == "COPY" and not argument.startswith("--from"):
            *sources, target = argument.split()
            for source in sources:
                _copy(ROOT / source, project / target / ("" if (ROOT / source).is_dir() else source))
    wheel = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(project)]
    subprocess.run(wheel, capture_output=True, check=True)
    [file] = built.glob("*.whl")
    with zipfile.ZipFile(file) as archive:
        archive.extractall(built / "site")
    return built / "site"


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "pool"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


@pytest.fixture
def port(installed: Path, tmp_path: Path) -> Iterator[int]:
    """Run the image's command with the variables of the compose file, in an empty folder, on a port of its own."""
    [port] = free_ports(1)
    variables = {**SERVICES["emulator"]["environment"], "LOGINRADIUS_EMULATOR_PORT": str(port)}
    environment = {name: text for name, text in os.environ.items() if name != "PORT"}
    arguments = json.loads(value("ENTRYPOINT"))[1:]
    with subprocess.Popen(
        [sys.executable, "-m", "loginradius_harness", *arguments],
        cwd=tmp_path,
        env={**environment, **variables, "PYTHONPATH": str(installed)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert any(line.startswith("ready ") for line in process.stdout)
        yield port
        process.kill()


def healthy(port: int) -> int:
    """Return the exit code of the image's health check."""
    check = re.search(r"CMD (\[.*\])", value("HEALTHCHECK"))
    assert check is not None
    arguments = [str(argument).replace("8484", str(port)) for argument in json.loads(check[1])[1:]]
    return subprocess.run([sys.executable, *arguments], capture_output=True, check=False).returncode


def test_built_package_answers_the_health_check(port: int) -> None:
    assert healthy(port) == 0
    assert healthy(free_ports(1)[0]) == 1


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_application_of_the_compose_file_gets_an_answer(port: int) -> None:
    *options, url = SERVICES["app"]["command"]
    curl = [shutil.which("curl") or "", "--silent", *options, url.replace("emulator:8484", f"127.0.0.1:{port}")]
    done = subprocess.run(curl, capture_output=True, text=True, check=False)
    assert done.returncode == 0, shlex.join(curl)
    assert "ServerName" in json.loads(done.stdout)
