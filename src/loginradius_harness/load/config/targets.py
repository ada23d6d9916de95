"""Which targets may be loaded, and which consent that needs."""

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
    """What the operator has confirmed: the run as printed, and the vendor's approval of a test of production."""

    yes: bool = False
    vendor_approved: bool = False


def find(name_or_url: str, permit: Permit, targets_file: Path = TARGETS) -> Target:
    """Return the target: by name or URL from the targets file, or an emulator on this machine.

    Nothing else is ever contacted: ConfigurationError. `permit` receives the URL of a possible emulator before it is
    asked whether it is one.
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
            "emulator on this machine."
        )
    permit(name_or_url)
    if not emulator_client.is_emulator(name_or_url):
        raise ConfigurationError(f"No emulator answers at {name_or_url}. Start one: loginradius-harness emulator.")
    return load_target(f"{wanted.scheme}://{wanted.netloc}")


def require_consent(target: Target, consent: LoadConsent) -> None:
    """Raise ConfigurationError unless the operator has confirmed the load of a real tenant."""
    if target.is_emulator:
        return
    missing = list(_missing(target, consent))
    if missing:
        raise ConfigurationError(f"{target.name} is a real tenant: {' and '.join(missing)}.")


def _missing(target: Target, consent: LoadConsent) -> Iterator[str]:
    if not consent.yes:
        yield "confirm the run above with --yes"
    if target.is_production and not consent.vendor_approved:
        yield "load tests of production need the vendor's prior approval; if you have it, add --vendor-approved"


def endpoint(target: Target, addresses: tuple[str, ...]) -> Endpoint:
    """Return where the engine connects: the first of the addresses that the egress filter has permitted."""
    parts = urlsplit(target.api_url)
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    return Endpoint(parts.hostname or "", addresses[0], port(target.api_url), tls)


def port(url: str) -> int:
    """Return the port of a URL, explicit or the scheme's default."""
    parts = urlsplit(url)
    return parts.port or _PORTS[parts.scheme]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
