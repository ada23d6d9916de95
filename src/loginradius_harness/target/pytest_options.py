"""Options of the pytest plug-in: which target a run tests, and what it may do there."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from loginradius_harness.client.errors import ConfigurationError

if TYPE_CHECKING:  # every pytest run on the machine loads this module: only runs with a target load the rest
    from loginradius_harness.target.capabilities import Capabilities
    from loginradius_harness.target.target import Target

EFFECTS = ("destroy", "tenant")
TARGETS_FILE = Path("targets.toml")

CAPABILITIES: "pytest.StashKey[Capabilities]" = pytest.StashKey()  # of a shared tenant, once they are known
_LOADED = pytest.StashKey["Target"]()
_CHECKED = pytest.StashKey[bool]()


def add(parser: pytest.Parser) -> None:
    """Add the options and the ini values that do the same."""
    group = parser.getgroup("loginradius", "LoginRadius tenant under test")
    group.addoption(
        "--lr-target",
        metavar="NAME_OR_URL",
        help="name in the targets file, or URL (default: ini lr_target, HARNESS_TARGET, HARNESS_API_URL, else an "
        "emulator that is started for this run)",
    )
    group.addoption(
        "--lr-targets-file",
        type=Path,
        metavar="FILE",
        help=f"TOML file that describes targets (default: ini lr_targets_file, {TARGETS_FILE})",
    )
    group.addoption(
        "--lr-allow",
        metavar="EFFECTS",
        help=f"effects that the run may have on a shared tenant, comma-separated: {', '.join(EFFECTS)}",
    )
    group.addoption(
        "--lr-allow-production", action="store_true", help="run against a tenant that may hold accounts of real users"
    )
    parser.addini("lr_target", "same as --lr-target", default="")
    parser.addini("lr_targets_file", "same as --lr-targets-file", default="")
    parser.addini("lr_allow", "same as --lr-allow", default="")
    parser.addini("lr_allow_production", "same as --lr-allow-production", type="bool", default=False)


def name(config: pytest.Config) -> str | None:
    """Return the target that the run names, or None for an emulator of its own."""
    named = config.getoption("lr_target") or config.getini("lr_target")
    return named or os.environ.get("HARNESS_TARGET") or os.environ.get("HARNESS_API_URL") or None


def allowed(config: pytest.Config) -> frozenset[str]:
    """Return the effects beyond read and write that the run may have on a shared tenant.

    Raises ConfigurationError for an effect that does not exist.
    """
    text: str = config.getoption("lr_allow") or config.getini("lr_allow")
    effects = frozenset(effect.strip() for effect in text.split(",") if effect.strip())
    if unknown := sorted(effects - {*EFFECTS}):
        raise ConfigurationError(f"--lr-allow: no effect is called {', '.join(unknown)}; use {' or '.join(EFFECTS)}.")
    return effects


def load(config: pytest.Config, target: str) -> "Target":
    """Return the named target. The first process of a run also checks that it answers and may be tested.

    Raises ConfigurationError or InfrastructureError.
    """
    found = read(config, target)
    if _CHECKED not in config.stash and not hasattr(config, "workerinput"):  # the controller checks for its workers
        from loginradius_harness.target.doctor import preflight  # noqa: PLC0415  # only for runs with a named target

        production = config.getoption("lr_allow_production") or config.getini("lr_allow_production")
        preflight.check(found, production=production)
        config.stash[_CHECKED] = True
    return found


def read(config: pytest.Config, target: str) -> "Target":
    """Return the named target without a request to it; raise ConfigurationError where it is described wrongly."""
    if _LOADED not in config.stash:
        from msgspec.structs import replace  # noqa: PLC0415  # only for runs with a named target

        from loginradius_harness.target.target import load_target  # noqa: PLC0415  # only for runs with a named target

        file: str | Path = config.getoption("lr_targets_file") or config.getini("lr_targets_file") or TARGETS_FILE
        strict = {"strict": True} if config.getoption("strict_contract", default=False) else {}
        config.stash[_LOADED] = replace(load_target(target, targets_file=Path(file)), **strict)
    return config.stash[_LOADED]
