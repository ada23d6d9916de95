"""How a run names its target on pytest's command line."""

import os
from pathlib import Path

import pytest

from loginradius_harness.target.target import Target, load_target

EFFECTS = ("destroy", "tenant")


def add(parser: pytest.Parser) -> None:
    """Which tenant is asked, and what may be done to it."""
    group = parser.getgroup("target", "which tenant is asked, and what may be done to it")
    group.addoption(
        "--target", help="name in targets.toml, or URL; left out: HARNESS_TARGET, or an emulator of our own"
    )
    group.addoption("--targets-file", type=Path, default=Path("targets.toml"), help="where targets are described")
    group.addoption(
        "--allow", metavar="EFFECTS", default="", help=f"effects that a shared tenant may feel: {','.join(EFFECTS)}"
    )
    group.addoption("--i-know-this-is-production", action="store_true", help="real people may be on the target")


def name(config: pytest.Config) -> str | None:
    """The target that the run names; None for an emulator of our own."""
    return config.getoption("--target") or os.environ.get("HARNESS_TARGET") or None


def allowed(config: pytest.Config) -> frozenset[str]:
    """Effects beyond read and write that the run may have on a shared tenant."""
    return frozenset(effect for effect in config.getoption("--allow").split(",") if effect in EFFECTS)


def load(config: pytest.Config, target: str) -> Target:
    """The named target; in the process that was started first, also a look whether it answers and may be tested.

    ConfigurationError, InfrastructureFailure.
    """
    from loginradius_harness.target.doctor import preflight  # noqa: PLC0415  # a doctor's whole bag, for named targets only

    found = load_target(target, targets_file=config.getoption("--targets-file"))
    if not hasattr(config, "workerinput"):  # workers need not look again
        preflight.check(found, production=config.getoption("--i-know-this-is-production"))
    return found
