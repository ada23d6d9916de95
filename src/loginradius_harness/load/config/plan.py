"""The plan of a run: decided and checked before the first request, printed before the load starts."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from loginradius_harness import contracts
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.config import profiles, targets
from loginradius_harness.load.config.profiles import Profile
from loginradius_harness.load.config.targets import LoadConsent, Permit
from loginradius_harness.load.workload import account_pool, app_variables
from loginradius_harness.load.workload.arrival_schedule import LoadCurve
from loginradius_harness.load.workload.requests import variables_of
from loginradius_harness.load.workload.scenarios import SCENARIOS, Step
from loginradius_harness.target.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of a run. 0 means: as the profile says.

    `rate` is arrivals a second or users, `duration` seconds. An empty `pool` means the target's default pool.
    """

    profile: str = "smoke"
    rate: float = 0.0
    duration: float = 0.0
    accounts: int = 0
    pool: str = ""
    yes: bool = False
    vendor_approved: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Target, profile, accounts and consent of one run."""

    target: Target
    profile: Profile
    curve: LoadCurve
    accounts: int
    pool: Path
    consent: LoadConsent

    @property
    def rate_limit(self) -> float:
        """Return the requests a second that the rate limiter permits over all workers; 0 means no limit."""
        return self.target.requests_per_second

    @property
    def hosts(self) -> frozenset[str]:
        """Return the hosts that the run asks, as contracts name them; log-ins before it ask the API."""
        return frozenset({targets.API, *(contracts.get(step.operation).host for step in _steps(self.profile))})

    def lines(self) -> Iterator[str]:
        """Yield the plan as text for the operator."""
        profile = self.profile
        unit = "arrivals/s" if profile.model == "open" else "users"
        yield f"target      {self.target.name} ({self.target.environment}) at {self.target.api_url}"
        if "hub" in self.hosts:
            yield f"hub         {self.target.hub_url}"
        yield f"profile     {profile.name}: {profile.description}"
        yield f"load        {profile.model}, up to {self.curve.peak:g} {unit}, tier {profile.tier}"
        yield f"duration    {profile.warm_up:g} s warm-up, {self.curve.seconds - profile.warm_up:g} s measured"
        yield f"mix         {', '.join(f'{name} {weight:g}' for name, weight in profile.mix.items())}"
        yield f"accounts    {self.accounts} of {self.pool}"
        if self.rate_limit:
            yield f"rate limit  {self.rate_limit:g} requests/s over all workers"


def decide(options: Options, host: str | None, permit: Permit) -> Plan:
    """Return the plan of a run; ConfigurationError when it cannot be carried out. `permit` as in `targets.find`."""
    if not host:
        raise ConfigurationError("No target is named. Give --host a name of targets.toml, or the URL of an emulator.")
    target = targets.find(host, permit)
    profile = profiles.load(options.profile)
    for name, number in (("rate", options.rate), ("duration", options.duration)):
        if not math.isfinite(number) or number < 0:
            raise ConfigurationError(f"--{name} must be a finite number above 0, not {number:g}.")
    if options.accounts < 0:
        raise ConfigurationError(f"--accounts must be above 0, not {options.accounts}.")
    _require_hub(target, profile)
    curve = profile.curve(seconds=options.duration, peak=options.rate)
    accounts = options.accounts or profile.accounts
    pool = Path(options.pool) if options.pool else account_pool.default_path(target.name)
    return Plan(target, profile, curve, accounts, pool, LoadConsent(options.yes, options.vendor_approved))


def _steps(profile: Profile) -> Iterator[Step]:
    for name in profile.mix:
        yield from SCENARIOS[name].steps


def _require_hub(target: Target, profile: Profile) -> None:
    """Raise ConfigurationError where the mix asks the tenant's hub, and the target lacks what that needs."""
    at_hub = [step for step in _steps(profile) if contracts.get(step.operation).host == "hub"]
    missing = [] if target.hub_url or not at_hub else ["hub_url in targets.toml"]
    wanted = {variable for step in at_hub for variable in variables_of(step)}
    missing += [f"the environment variable {name}" for name in app_variables.unset_secrets(target, wanted)]
    if missing:
        raise ConfigurationError(
            f"The profile {profile.name} asks the tenant's hub (OAuth, OpenID Connect); set {' and '.join(missing)} "
            f"for the target {target.name}."
        )
