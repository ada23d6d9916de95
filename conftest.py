"""Composition root: which tenant is asked; fixtures that bring suites, harness, emulator and reports together."""

import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import contracts
import emulator
from contracts.checking import problems
from harness import preflight, settings
from harness.client import Client
from harness.failures import ConfigurationError, InfrastructureFailure
from harness.journey import Journey
from harness.redaction import Redactor
from harness.settings import Target
from harness.stage import NotOffered, Scene, Stage
from reports import events

if TYPE_CHECKING:  # pytest loads the plugin, and has to be the first to do so
    from reports.plugin import Reporter

pytest_plugins = ["reports.plugin"]

# Before anything else is imported, because suites are parametrised over the contracts. Workers need not look again.
if "PYTEST_XDIST_WORKER" not in os.environ and (wrong := problems(Path(contracts.__file__).parent)):
    sys.exit("\n".join(map(str, wrong)))

EMBEDDED = "embedded emulator"
NAMED = pytest.StashKey[Target | None]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which tenant is asked."""
    group = parser.getgroup("target", "which tenant is asked")
    group.addoption("--target", help="name in targets.toml, or URL; left out: HARNESS_TARGET, or an embedded emulator")
    group.addoption("--targets-file", type=Path, default=Path("targets.toml"), help="where targets are described")


def pytest_configure(config: pytest.Config) -> None:
    """Find a named target and see that it answers, before anything is collected."""
    config.addinivalue_line("markers", "preset(name, **settings): what the test's tenant must be set to")
    name = config.getoption("--target") or os.environ.get("HARNESS_TARGET") or None
    from reports.plugin import begin  # noqa: PLC0415  # see above

    reporter = begin(config, _run(name), Redactor({}).text)
    config.stash[NAMED] = None
    if name is None:
        return
    try:
        config.stash[NAMED] = target = settings.load(name, targets_file=config.getoption("--targets-file"))
        reporter.found(target.api_url, is_emulator=target.is_emulator)
        if not hasattr(config, "workerinput"):  # the controller has looked before it started its workers
            preflight.check(target)
    except (ConfigurationError, InfrastructureFailure) as error:
        reporter.abort(error)


def _run(name: str | None) -> events.RunStarted:
    return events.RunStarted(
        id=uuid.uuid4().hex,
        started=datetime.now(UTC),
        target=name or EMBEDDED,
        emulator=name is None,
        command=" ".join(["pytest", *sys.argv[1:]]),
        replay=f"pytest --target {name}" if name else "pytest",
        contracts=contracts.digest(),
        operations=len(contracts.operations()),
    )


@pytest.fixture(scope="session")
def target(pytestconfig: pytest.Config) -> Iterator[Target]:
    """The tenant that is asked: the named one, or an emulator that lives as long as this process's tests."""
    with ExitStack() as stack:
        named = pytestconfig.stash[NAMED]
        yield named or settings.load(stack.enter_context(emulator.running()).url, environ={})


@pytest.fixture(scope="session")
def stage(target: Target, record: "Reporter") -> Iterator[Stage]:
    """Scenes by preset; every exchange on them is recorded."""
    stage = Stage(target, record.exchange)
    yield stage
    stage.close()


@pytest.fixture
def scene(request: pytest.FixtureRequest, stage: Stage) -> Iterator[Scene]:
    """The scene that `@pytest.mark.preset(name, **settings)` asks for; with settings, one for this test alone."""
    marker = request.node.get_closest_marker("preset")
    preset = marker.args[0] if marker and marker.args else "default"
    with ExitStack() as stack:
        try:
            if marker is None or not marker.kwargs:
                yield stage.scene(preset)
                return
            scene = stage.fresh(preset, **marker.kwargs)
        except NotOffered as reason:
            pytest.skip(str(reason))
        stack.callback(scene.close)
        yield scene


@pytest.fixture
def api(scene: Scene) -> Client:
    """Calls any operation by its id."""
    return scene.client


@pytest.fixture
def journey(scene: Scene) -> Journey:
    """The verbs of a story."""
    return scene.journey
