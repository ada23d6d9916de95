"""What a run is going to do: decided and checked before the first request, printed before it starts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.config import profiles, targets
from loginradius_harness.load.config.profiles import Profile
from loginradius_harness.load.config.targets import LoadConsent, Permit
from loginradius_harness.load.workload import account_pool
from loginradius_harness.load.workload.arrival_schedule import LoadCurve
from loginradius_harness.target.target import Target


class Options(Protocol):
    """The options that this package adds to locust's."""

    load_profile: str
    rate: float
    population: int
    pool: str
    yes: bool
    agreed: bool


@dataclass(slots=True)
class Chosen:
    """The same options, where locust is not there to read them."""

    load_profile: str
    rate: float
    population: int
    pool: str
    yes: bool
    agreed: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Target, profile, accounts and limits of one run. `allowance` is requests a second; 0 is without bound."""

    target: Target
    profile: Profile
    curve: LoadCurve
    accounts: int
    pool: Path
    consent: LoadConsent = field(default=LoadConsent())

    @property
    def allowance(self) -> float:
        """The rate that the governor keeps."""
        return self.target.requests_per_second

    def lines(self) -> Iterator[str]:
        """What is about to happen, for people."""
        profile = self.profile
        unit = "arrivals/s" if profile.model == "open" else "users"
        yield f"target      {self.target.name} ({self.target.environment}) at {self.target.api_url}"
        yield f"profile     {profile.name}: {profile.says}"
        yield f"load        {profile.model}, up to {self.curve.peak:g} {unit}, tier {profile.tier}"
        yield f"duration    {profile.warm_up:g} s warm-up, {profile.seconds:g} s measured"
        yield f"mix         {', '.join(f'{name} {weight:g}' for name, weight in profile.mix.items())}"
        yield f"accounts    {self.accounts} of {self.pool}"
        if self.allowance:
            yield f"allowance   {self.allowance:g} requests/s, kept by the governor over all workers"


def decide(options: Options, host: str | None, permit: Permit) -> Plan:
    """Make the plan of a run; ConfigurationError when something in it can not be. `permit` as in `targets.find`."""
    if not host:
        raise ConfigurationError("no target: name one with --host (a name of targets.toml, or an emulator's URL)")
    target = targets.find(host, permit)
    profile = profiles.load(options.load_profile)
    if options.rate < 0 or options.population < 0:
        raise ConfigurationError("--rate and --population must not be below 0")
    curve = profile.curve.scaled(options.rate) if options.rate else profile.curve
    accounts = options.population or profile.accounts
    pool = Path(options.pool) if options.pool else account_pool.place(target.name)
    return Plan(target, profile, curve, accounts, pool, LoadConsent(options.yes, options.agreed))
