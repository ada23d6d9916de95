"""Load profiles: what a run does and what it must keep, as data in `loadtests/profiles/*.toml`."""

import difflib
import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.workload.arrival_schedule import LoadCurve, Spacing, Stage
from loginradius_harness.load.workload.scenarios import SCENARIOS
from loginradius_harness.paths import DATA

FOLDER = DATA / "loadtests" / "profiles"


class Limits(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What an operation must keep. Durations in milliseconds of corrected latency; throughput in answers a second."""

    p50: float | None = None
    p90: float | None = None
    p95: float | None = None
    p99: float | None = None
    p999: float | None = None
    max: float | None = None
    error_ratio: float | None = None
    contract_violations: int | None = None
    throughput: float | None = None


class Abort(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """When to give up early: limits that are missed for `seconds` on end, or no answer at all for `silence` seconds."""

    seconds: float = 5.0
    silence: float = 10.0
    error_ratio: float | None = None
    p99: float | None = None


class _Stage(msgspec.Struct, forbid_unknown_fields=True):
    seconds: float
    level: float
    ramp: bool = False


class Profile(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One way to load a tenant.

    `model` is `open` (levels are arrivals a second) or `closed` (levels are virtual users); `tier` is `engine` or
    `locust` (FastHttpUser classes, closed only). `mix` holds scenario -> weight; `warm_up` seconds come before the
    stages and enter no figure; `timeout` and `think` are seconds; `connections` bounds the pool of an open run; `late`
    is the send lateness in milliseconds that 99 % of the starts of an open run must keep, or its figures are refused.
    """

    name: str = ""
    says: str
    model: Literal["open", "closed"] = "open"
    tier: Literal["engine", "locust"] = "engine"
    spacing: Spacing = "poisson"
    warm_up: float = 2.0
    timeout: float = 10.0
    think: float = 0.0
    connections: int = 2000
    late: float = 10.0
    accounts: int = 100
    mix: dict[str, float]
    stage: list[_Stage]
    slo: dict[str, Limits] = {}
    abort: Abort = Abort()

    @property
    def curve(self) -> LoadCurve:
        """The level over time, with the warm-up as a stage of its own at the first level."""
        stages = tuple(Stage(stage.seconds, stage.level, stage.ramp) for stage in self.stage)
        warm_up = (Stage(self.warm_up, self.stage[0].level),) if self.warm_up else ()
        return LoadCurve(warm_up + stages)

    @property
    def seconds(self) -> float:
        """Duration of the measured part."""
        return sum(stage.seconds for stage in self.stage)


def names() -> tuple[str, ...]:
    """The profiles there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load(name: str) -> Profile:
    """Read a profile by name, or from a path that ends in `.toml`; raises ConfigurationError."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        near = difflib.get_close_matches(name, names(), 1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names())}."
        raise ConfigurationError(f"No load profile {name}. {hint}")
    try:
        profile = msgspec.convert({**tomllib.loads(path.read_text("utf-8")), "name": path.stem}, Profile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    for problem in _problems(profile):
        raise ConfigurationError(f"{path}: {problem}")
    return profile


def _problems(profile: Profile) -> list[str]:
    unknown = [name for name in profile.mix if name not in SCENARIOS]
    if unknown:
        near = difflib.get_close_matches(unknown[0], SCENARIOS, 1)
        return [f"mix names the scenario {unknown[0]}, which does not exist{f'; {near[0]} does' if near else ''}"]
    if not profile.mix or min(profile.mix.values()) <= 0:
        return ["mix must give at least one scenario, each with a weight above 0"]
    if not profile.stage or any(stage.seconds <= 0 or stage.level < 0 for stage in profile.stage):
        return ["there must be at least one stage, each with seconds above 0 and a level of 0 or more"]
    if max(stage.level for stage in profile.stage) <= 0:
        return ["no stage has a level above 0: nothing would be sent"]
    if profile.tier == "locust" and profile.model == "open":
        return ["tier locust paces its users after each answer: it knows closed models only"]
    return []
