"""Load profiles: what a run does and which limits it must meet, as data in `loadtests/profiles/*.toml`."""

import difflib
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.workload.arrival_schedule import LoadCurve, Spacing, Stage, stretched
from loginradius_harness.load.workload.scenarios import SCENARIOS
from loginradius_harness.paths import DATA

FOLDER = DATA / "loadtests" / "profiles"
OVERALL = "*"  # in [slo]: all operations together

Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]
Ratio = Annotated[float, Meta(ge=0, le=1)]
PositiveCount = Annotated[int, Meta(gt=0)]


class Limits(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The limits of an operation. Durations in milliseconds of corrected latency; throughput in answers a second."""

    p50: Positive | None = None
    p90: Positive | None = None
    p95: Positive | None = None
    p99: Positive | None = None
    p999: Positive | None = None
    max: Positive | None = None
    error_ratio: Ratio | None = None
    contract_violations: Annotated[int, Meta(ge=0)] | None = None
    throughput: Positive | None = None


class Abort(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """When a run ends early: limits exceeded for `seconds` on end, or no answer at all for `silence` seconds."""

    seconds: NotNegative = 5.0
    silence: Positive = 10.0
    error_ratio: Ratio | None = None
    p99: Positive | None = None


class _Stage(msgspec.Struct, forbid_unknown_fields=True):
    """One stage: `rate` in an open profile, `users` in a closed one.

    There is no common `target` for the two: in this package a target is the tenant under test.
    """

    seconds: Positive
    rate: NotNegative | None = None
    users: NotNegative | None = None
    ramp: bool = False


class Profile(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One way to load a tenant.

    `model` is `open` (stages give arrivals a second) or `closed` (stages give virtual users); `tier` is `engine` or
    `locust` (FastHttpUser classes, closed only). `mix` maps scenario -> weight. `warm_up` seconds come before the
    stages and enter no figure; `timeout` and `think` are seconds; `connections` limits the pool of an open run.
    `max_start_delay_ms` is what the p99 of an open run's schedule delay may be; above it, the run is invalid where the
    delay can have distorted a limit.
    """

    name: str = ""
    description: str
    model: Literal["open", "closed"] = "open"
    tier: Literal["engine", "locust"] = "engine"
    spacing: Spacing = "poisson"
    warm_up: NotNegative = 2.0
    timeout: Positive = 10.0
    think: NotNegative = 0.0
    connections: PositiveCount = 2000
    max_start_delay_ms: Positive = 10.0
    accounts: PositiveCount = 100
    mix: dict[str, Positive]
    stage: list[_Stage]
    slo: dict[str, Limits]
    abort: Abort = Abort()

    def curve(self, *, seconds: float = 0.0, peak: float = 0.0) -> LoadCurve:
        """Return the level over time, with the warm-up as a stage of its own at the first level.

        `seconds` is another duration and `peak` another highest level of the stages, which keep their shape.
        """
        stages = tuple(Stage(stage.seconds, _level(stage), stage.ramp) for stage in self.stage)
        if seconds:
            stages = stretched(stages, seconds)
        warm_up = (Stage(self.warm_up, stages[0].level),) if self.warm_up else ()
        curve = LoadCurve(warm_up + stages)
        return curve.scaled(peak) if peak else curve

    @property
    def seconds(self) -> float:
        """Return the duration of the measured part."""
        return sum(stage.seconds for stage in self.stage)


def names() -> tuple[str, ...]:
    """Return the names of the profiles that are shipped."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load(name: str) -> Profile:
    """Read a profile by its name, or from a path that ends in `.toml`; ConfigurationError names each problem."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        raise ConfigurationError(f"There is no load profile {name}.{_suggestion(name, names())}")
    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
        _require_finite_numbers(content)
        profile = msgspec.convert({**content, "name": path.stem}, Profile)
    except (OSError, ValueError) as error:  # msgspec's and tomllib's errors are ValueErrors
        raise ConfigurationError(f"{path}: {error}.") from error
    problems = [f"{path}: {problem}" for problem in _problems(profile)]
    if problems:
        raise ConfigurationError(*problems)
    return profile


def _level(stage: _Stage) -> float:
    return stage.rate if stage.rate is not None else stage.users or 0.0


def _require_finite_numbers(value: Any, place: str = "") -> None:
    """Raise ValueError for NaN and infinity, which pass every comparison or none."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{place} is {value}; write a finite number")
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for name, item in items:
        _require_finite_numbers(item, f"{place}.{name}".lstrip("."))


def _problems(profile: Profile) -> Iterator[str]:
    for name in profile.mix:
        if name not in SCENARIOS:
            yield f"mix names the scenario {name}, which does not exist.{_suggestion(name, SCENARIOS)}"
    if not profile.mix:
        yield "mix must name at least one scenario with a weight above 0."
    if profile.tier == "locust" and profile.model == "open":
        yield 'tier "locust" waits for each answer before it sends again: it needs model = "closed".'
    yield from _stage_problems(profile)
    yield from _limit_problems(profile)


def _stage_problems(profile: Profile) -> Iterator[str]:
    wanted, other = ("rate", "users") if profile.model == "open" else ("users", "rate")
    if any(getattr(stage, wanted) is None or getattr(stage, other) is not None for stage in profile.stage):
        yield f'in a profile with model = "{profile.model}" each stage has `{wanted}` and no `{other}`.'
    elif max((_level(stage) for stage in profile.stage), default=0) <= 0:
        yield f"at least one stage needs a `{wanted}` above 0, else nothing is sent."


def _limit_problems(profile: Profile) -> Iterator[str]:
    if not any(msgspec.structs.asdict(limits) != msgspec.structs.asdict(Limits()) for limits in profile.slo.values()):
        yield 'slo sets no limit: such a run passes whatever happens. Add one, e.g. p95 = 500 under [slo."*"].'
    chosen = [SCENARIOS[name] for name in profile.mix if name in SCENARIOS]
    known = {OVERALL} | {scenario.name for scenario in chosen if len(scenario.steps) > 1}
    known |= {step.operation for scenario in chosen for step in scenario.steps}
    for name in profile.slo:
        if chosen and name not in known:
            yield f"slo names {name}, which the mix never calls.{_suggestion(name, sorted(known))}"


def _suggestion(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f" Did you mean {near[0]}?" if near else f" Known: {', '.join(known)}."
