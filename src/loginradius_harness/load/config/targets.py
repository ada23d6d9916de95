"""Which targets may be loaded, and which consent that needs."""

import os
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from loginradius_harness.client import emulator_client, http_transport
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.engine.connection_pool import Endpoint
from loginradius_harness.target.target import Target, load_target, target_names

TARGETS = Path("targets.toml")
API = "api"  # the host of nearly all operations, as contracts name it
Permit = Callable[[str], object]
Lookup = Callable[..., Mapping[str, str]]  # URLs -> the permitted address of each
_PORTS = {"http": 80, "https": 443}
_KEYS = {"HARNESS_API_KEY", "HARNESS_API_SECRET"}


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
        try:
            known = load_target(name, targets_file=targets_file)
        except ConfigurationError:  # incomplete, such as without its key: not necessarily the one that is wanted
            continue
        if urlsplit(known.api_url)[:2] == wanted[:2]:
            return known
    if not _is_loopback(wanted.hostname or ""):
        raise ConfigurationError(
            f"{wanted.hostname} is not named in {targets_file}, or its entry is incomplete: load goes only to targets "
            "of that file, or to an emulator on this machine."
        )
    permit(name_or_url)
    if not emulator_client.is_emulator(name_or_url.rstrip("/")):
        raise ConfigurationError(f"No emulator answers at {name_or_url}. Start one: loginradius-harness emulator.")
    return load_target(name_or_url.rstrip("/"), environ=_without_keys_of_tenants(targets_file))


def _without_keys_of_tenants(targets_file: Path) -> Mapping[str, str]:
    """Return the environment; where a targets file exists, its keys are a tenant's, and no emulator gets them."""
    if not target_names(targets_file):
        return os.environ
    return {name: value for name, value in os.environ.items() if name not in _KEYS}


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


def endpoints(target: Target, hosts: Collection[str], look_up: Lookup) -> dict[str, Endpoint]:
    """Return where the engine connects for each of these hosts, as contracts name them.

    Hosts with one URL have one endpoint. `look_up` is the egress filter's `permit`.
    """
    addresses = look_up(*urls(target, hosts))
    places = {url: endpoint(target, url, addresses[target.proxy or url]) for url in map(target.url_of, hosts)}
    return {host: places[target.url_of(host)] for host in hosts}


def endpoint(target: Target, url: str, address: str) -> Endpoint:
    """Return where the engine connects for a URL: an address of its host or, where the target has one, of its proxy."""
    parts = urlsplit(url)
    tls = http_transport.trust(target.client_certificate, target.client_key) if parts.scheme == "https" else None
    tunnel = _connect_request(target, url) if target.proxy and tls else b""
    return Endpoint(parts.hostname or "", address, port(target.proxy or url), tls, tunnel)


def urls(target: Target, hosts: Collection[str]) -> tuple[str, ...]:
    """Return the URLs that a run connects to; a proxy looks the target's names up itself."""
    if target.proxy and not target.is_emulator:
        return (target.proxy,)
    proxy = [target.proxy] if target.proxy else []
    return tuple(dict.fromkeys((*proxy, target.api_url, target.config_url, *map(target.url_of, hosts))))


def _connect_request(target: Target, url: str) -> bytes:
    host = f"{urlsplit(url).hostname}:{port(url)}"
    proxy = urlsplit(target.proxy or "")
    lines = [f"CONNECT {host} HTTP/1.1", f"Host: {host}"]
    if proxy.username:
        credentials = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
        lines.append(f"Proxy-Authorization: Basic {b64encode(credentials).decode()}")
    return "\r\n".join([*lines, "\r\n"]).encode()


def port(url: str) -> int:
    """Return the port of a URL, explicit or the scheme's default."""
    parts = urlsplit(url)
    return parts.port or _PORTS[parts.scheme]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
