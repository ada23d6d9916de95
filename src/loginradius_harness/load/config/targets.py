"""Which target a run may load, and what it must say before it does."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from loginradius_harness.client import emulator_client
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.engine.connection_pool import Endpoint
from loginradius_harness.target.target import Target, load_target, target_names

TARGETS = Path("targets.toml")
Permit = Callable[[str], object]
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class LoadConsent:
    """What the operator has confirmed: the run as printed, and the vendor's agreement to a test of production."""

    yes: bool = False
    agreed: bool = False


def find(name_or_url: str, permit: Permit, targets_file: Path = TARGETS) -> Target:
    """The target: a name or URL of the targets file, or an emulator on this machine. Nothing else is ever contacted.

    `permit` is told the URL of a possible emulator before it is asked whether it is one.
    """
    if "://" not in name_or_url:
        return load_target(name_or_url, targets_file=targets_file)
    wanted = urlsplit(name_or_url)
    for name in target_names(targets_file):
        known = load_target(name, targets_file=targets_file)
        if urlsplit(known.api_url)[:2] == wanted[:2]:
            return known
    if not _is_loopback(wanted.hostname or ""):
        raise ConfigurationError(
            f"{wanted.hostname} is not named in {targets_file}: load goes only to targets of that file, or to an "
            "emulator on this machine"
        )
    permit(name_or_url)
    if not emulator_client.is_emulator(name_or_url):
        raise ConfigurationError(f"no emulator answers at {name_or_url}; start one: loginradius-harness emulator")
    return load_target(f"{wanted.scheme}://{wanted.netloc}")


def require_consent(target: Target, consent: LoadConsent) -> None:
    """ConfigurationError unless the operator has confirmed what a real tenant needs confirmed."""
    if target.is_emulator:
        return
    missing = list(_missing(target, consent))
    if missing:
        raise ConfigurationError(f"{target.name} is a real tenant: {' and '.join(missing)}")


def _missing(target: Target, consent: LoadConsent) -> Iterator[str]:
    if not consent.yes:
        yield "confirm the run above with --yes"
    if target.is_production and not consent.agreed:
        yield "load tests of production need the vendor's prior agreement; if you have it, say so with --agreed"


def endpoint(target: Target, addresses: tuple[str, ...]) -> Endpoint:
    """Where the engine connects: the first of the addresses that the guard has approved."""
    parts = urlsplit(target.api_url)
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    return Endpoint(parts.hostname or "", addresses[0], port(target.api_url), tls)


def port(url: str) -> int:
    """The port of a URL, said or implied."""
    parts = urlsplit(url)
    return parts.port or _PORTS[parts.scheme]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
