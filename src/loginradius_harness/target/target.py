"""Targets: which tenant is tested, and how. Environment variables and `targets.toml` become one frozen Target.

`targets.example.toml`, beside this module, documents every setting.
"""

import math
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from loginradius_harness.client import emulator_client
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts import overlay as overlays

EXAMPLE = Path(__file__).with_name("targets.example.toml")

# The documented limits of core APIs in requests per second, per tenant (product-facts.md#rate-limits).
RATES = {"development": 5.0, "staging": 5.0, "production": 50.0}

# The credentials of an emulator that was started without any, and of its OAuth clients.
EMULATOR_KEY = "00000000-1111-2222-3333-444444444444"
EMULATOR_SECRET = "55555555-6666-7777-8888-999999999999"  # noqa: S105  # published beside its test vectors

EMULATOR_CLIENT_SECRET = "lrh-web-secret-of-the-embedded-tenant"  # noqa: S105  # published in its settings
EMULATOR_MACHINE_SECRET = "lrh-machine-secret-of-the-embedded-tenant"  # noqa: S105  # as above


_NotNegative = Annotated[float, Meta(ge=0)]
_Positive = Annotated[float, Meta(gt=0)]
_Count = Annotated[int, Meta(ge=0)]
_Port = Annotated[int, Meta(ge=1, le=65535)]


class MailboxSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the links and codes that the tenant sends are read. `{tag}` in `address` becomes unique for each person."""

    adapter: Literal["api", "imap", "mailpit"] = "api"
    address: str = "{tag}@example.com"
    url: str = ""
    host: str = ""
    port: _Port = 993
    user: str = ""
    password_env: str = "HARNESS_MAILBOX_PASSWORD"  # noqa: S105  # the name of a variable
    folder: str = "INBOX"
    wait_seconds: _NotNegative = 60.0


class FederationSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An app of the tenant with the clients that tests act as; the defaults are those of an emulator.

    The secrets are read from the environment variables that are named here.
    """

    app: str = "emulated"
    client_id: str = "lrh-web-client"
    client_secret_env: str = "HARNESS_OAUTH_CLIENT_SECRET"  # noqa: S105  # the name of a variable
    redirect_uri: str = "https://app.example.com/callback"
    logout_redirect_uri: str = "https://app.example.com/goodbye"
    machine_client_id: str = "lrh-machine-client"
    machine_secret_env: str = "HARNESS_MACHINE_CLIENT_SECRET"  # noqa: S105  # the name of a variable
    audience: str = "https://api.loginradius.com/identity/v2/manage"


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one run may send and create; the defaults suffice for a run of all suites.

    `requests_per_second` 0 stands for the documented limit of the environment, on an emulator for none.
    `vendor_approved`: the vendor has approved a higher rate.
    """

    requests_per_second: _NotNegative = 0.0
    vendor_approved: bool = False
    requests: _Count = 30_000
    users: _Count = 5_000
    mails: _Count = 3_000
    sms: _Count = 300
    timeout_seconds: _Positive = 30.0
    retries: _Count = 2
    retries_per_run: _Count = 100


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One tenant: its addresses, its credentials and the limits of a run."""

    name: str
    api_key: Secret
    api_secret: Secret | None
    mailbox_password: Secret | None = None
    oauth_client_secret: Secret | None = None
    machine_client_secret: Secret | None = None
    environment: Literal["emulator", "development", "staging", "production"] = "development"
    api_url: str = "https://api.loginradius.com"
    config_url: str = "https://config.lrcontent.com"
    cloud_url: str = "https://cloud-api.loginradius.com"
    migration_url: str = "https://migration.loginradius.com"
    hub_url: str = ""
    api_key_env: str = "HARNESS_API_KEY"
    api_secret_env: str = "HARNESS_API_SECRET"  # noqa: S105  # the name of a variable
    management_api: bool = True
    shared: bool | None = None
    strict: bool | None = None
    region: str = ""
    proxy: str | None = None
    client_certificate: str = ""
    client_key: str = ""
    sign_requests: bool = False
    origin_ip: str = ""
    prevent_webhook: bool = False
    verification_url: str = ""
    custom_object: str = "customobject"
    extra_capabilities: tuple[str, ...] = ()
    missing_capabilities: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    mailbox: MailboxSettings = MailboxSettings()
    federation: FederationSettings = FederationSettings()
    limits: Limits = Limits()
    overlay_file: Path = Path()

    def __repr__(self) -> str:
        """Name the target: the URL of a proxy or mailbox may hold a password."""
        return f"Target(name={self.name!r}, environment={self.environment!r})"

    overlay: overlays.Overlay = overlays.EMPTY

    @property
    def is_emulator(self) -> bool:
        """Whether outbox, clock and settings can be reached by the control API."""
        return self.environment == "emulator"

    @property
    def is_production(self) -> bool:
        """Whether it may hold accounts of real users: no fuzzing, no load, and each run needs permission."""
        return self.environment == "production"

    @property
    def is_shared(self) -> bool:
        """Whether others use it at the same time: resource log, budget and guard apply."""
        return not self.is_emulator if self.shared is None else self.shared

    @property
    def is_strict(self) -> bool:
        """Whether promises with weak evidence are binding too: on an emulator, which is written to the contracts."""
        return self.is_emulator if self.strict is None else self.strict

    def url_of(self, host: str) -> str:
        """Return the address of a host as contracts name it, such as api or hub. Empty for a hub that is not known."""
        others = {
            "cloud": self.cloud_url,
            "config": self.config_url,
            "hub": self.hub_url,
            "migration": self.migration_url,
        }
        return others.get(host, self.api_url)

    @property
    def requests_per_second(self) -> float:
        """Requests per second that a run must not exceed; 0 for no limit."""
        return self.limits.requests_per_second or RATES.get(self.environment, 0.0)


_NOT_IN_FILE = {
    "name", "api_key", "api_secret", "mailbox_password", "oauth_client_secret", "machine_client_secret",
    "overlay_file", "overlay",
}  # fmt: skip
_NESTED = (MailboxSettings, FederationSettings, Limits)


def load_target(
    name_or_url: str | None = None,
    environ: Mapping[str, str] = os.environ,
    targets_file: Path = Path("targets.toml"),
    answers: Callable[[str], bool] = emulator_client.is_emulator,
) -> Target:
    """Return the target that a name or URL, HARNESS_TARGET or HARNESS_API_URL stands for.

    `answers` says whether an emulator answers at a URL. Any other URL counts as production at the lowest documented
    rate unless HARNESS_KIND names its environment: a URL does not say whose tenant it is.
    The target's overlay is read from the folder `targets` beside `targets_file`.
    Raises ConfigurationError with everything that is missing or unknown.
    """
    name = name_or_url or environ.get("HARNESS_TARGET") or environ.get("HARNESS_API_URL")
    if not name:
        raise ConfigurationError(
            "No target is named. Name one, a URL or an entry of targets.toml, or set HARNESS_TARGET or HARNESS_API_URL."
        )
    name = name.rstrip("/")
    entry = (
        _from_url(name, answers, environ.get("HARNESS_KIND", "")) if "://" in name else _from_file(name, targets_file)
    )
    if entry.get("environment") == "emulator":  # one port serves the paths of every host
        api_url = entry.setdefault("api_url", "http://127.0.0.1:8484")
        entry = dict.fromkeys(("config_url", "cloud_url", "migration_url", "hub_url"), api_url) | entry
    problems: list[str] = []
    values = _read(entry, Target, "", problems)
    problems += [*_bad_addresses(values), *_bad_combinations(values)]
    secrets = _secrets(name, values, environ, problems)
    if problems:
        raise ConfigurationError(*[f"target {name}: {problem}" for problem in problems])
    file = overlays.file_of(name, targets_file)
    return Target(name=name, **values, **secrets, overlay_file=file, overlay=_overlay(file))


def _overlay(file: Path) -> overlays.Overlay:
    try:
        return overlays.read(file)
    except overlays.OverlayInvalid as error:
        raise ConfigurationError(str(error)) from None


def target_names(targets_file: Path) -> tuple[str, ...]:
    """Return the names of a file's targets, in its order; none where there is no file."""
    return tuple(_tables(targets_file)) if targets_file.exists() else ()


def _from_url(url: str, answers: Callable[[str], bool], kind: str) -> dict[str, Any]:
    if answers(url):
        return {"environment": "emulator", "api_url": url}
    if kind:
        return {"environment": kind, "api_url": url}
    return {"environment": "production", "api_url": url, "limits": {"requests_per_second": min(RATES.values())}}


def _from_file(name: str, targets_file: Path) -> dict[str, Any]:
    if not targets_file.exists():
        raise ConfigurationError(
            f"Target {name!r} is a name, but there is no {targets_file}. Copy {EXAMPLE} to {targets_file} "
            "and fill it in, or give a URL."
        )
    tables = _tables(targets_file)
    if name not in tables:
        known = ", ".join(tables) or "none"
        raise ConfigurationError(f"{targets_file} has no target {name!r}{_suggestion(name, tables)} Known: {known}.")
    return dict(tables[name])


def _tables(targets_file: Path) -> dict[str, dict[str, Any]]:
    try:
        content = tomllib.loads(targets_file.read_text(encoding="utf-8-sig"))  # editors on Windows write a mark
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{targets_file} is not valid TOML: {error}.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{targets_file} is not encoded in UTF-8: save it as UTF-8.") from None
    except OSError as error:
        raise ConfigurationError(f"{targets_file} cannot be read: {error.strerror}.") from None
    stray = [name for name, value in content.items() if not isinstance(value, dict)]
    if stray:
        raise ConfigurationError(f"{targets_file}: {', '.join(stray)} is outside of a [target] table.")
    return content


def _read(entry: Mapping[str, Any], kind: type[msgspec.Struct], place: str, problems: list[str]) -> dict[str, Any]:
    """Return the entry's values in the struct's types; add unknown names and wrong values to `problems`."""
    types = {field.name: field.type for field in msgspec.structs.fields(kind) if field.name not in _NOT_IN_FILE}
    values: dict[str, Any] = {}
    for name, value in entry.items():
        if name in {"overlay", "overlay_file"}:
            problems.append(f"{place}{name}: not in this file; write targets/<target>.overlay.json beside it.")
        elif name in _NOT_IN_FILE:
            problems.append(f"{place}{name}: not in a file; name the environment variable that holds it ({name}_env).")
        elif name not in types:
            problems.append(f"{place}{name}: no such setting{_suggestion(name, types)}")
        elif types[name] in _NESTED and isinstance(value, dict):
            values[name] = types[name](**_read(value, types[name], f"{place}{name}.", problems))
        elif isinstance(value, float) and not math.isfinite(value):
            problems.append(f"{place}{name}: {value} is no finite number.")
        else:
            try:
                values[name] = msgspec.convert(value, types[name])
                if name.endswith("_url"):
                    values[name] = values[name].rstrip("/")
            except msgspec.ValidationError as error:
                problems.append(f"{place}{name}: {error}.")
    return values


def _bad_addresses(values: Mapping[str, Any]) -> Iterator[str]:
    for name in ("api_url", "config_url", "cloud_url", "migration_url", "hub_url"):
        scheme = _scheme(values.get(name, "https://ok"))
        if scheme is None:
            yield f"{name}: {values[name]!r} is not a URL; write https://host."
        elif scheme == "http" and values.get("environment") != "emulator":
            yield (
                f"{name}: a tenant is only reached over https; is no emulator running at {values[name]}? "
                'In a targets file an emulator has environment = "emulator".'
            )
    if _scheme(values.get("proxy", "http://ok")) is None:
        yield "proxy: not the URL of an HTTP proxy; write http://host:port."  # it may hold a password


def _scheme(url: str) -> str | None:
    """Return `http` or `https`; None for what is no URL with one of them and a host, or has a query or fragment."""
    try:
        parts = urlsplit(url)
        is_url = parts.hostname and (parts.port is None or parts.port > 0) and not (parts.query or parts.fragment)
    except ValueError:  # a port that is no number, a bracket that is not closed
        return None
    has_space = any(character.isspace() for character in url)
    return parts.scheme if is_url and not has_space and parts.scheme in {"http", "https"} else None


def _bad_combinations(values: Mapping[str, Any]) -> Iterator[str]:
    if values.get("client_key") and not values.get("client_certificate"):
        yield "client_key: it belongs to a client_certificate, which is not set."
    address = values.get("mailbox", MailboxSettings()).address
    if "{tag}" not in address or "@" not in address:
        yield f"mailbox.address: {address!r} is no pattern; write qa+{{tag}}@your.domain: each user has an address."
    limits: Limits = values.get("limits", Limits())
    environment = values.get("environment", "development")
    allowed = RATES.get(environment)
    if allowed and limits.requests_per_second > allowed and not limits.vendor_approved:
        yield (
            f"limits.requests_per_second: {limits.requests_per_second:g} are more than the {allowed:g} of "
            f"{environment} tenants; lower it or, where the vendor has approved it, set limits.vendor_approved = true."
        )


def _secrets(target: str, values: Mapping[str, Any], environ: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    defaults = {field.name: field.default for field in msgspec.structs.fields(Target)}
    known = {"api_key": EMULATOR_KEY, "api_secret": EMULATOR_SECRET} if values.get("environment") == "emulator" else {}
    wanted = {"api_key": f"the API key of {target}"}
    if values.get("management_api", True):
        wanted |= {"api_secret": "its API secret (without one, describe a target with management_api = false)"}
    found: dict[str, Any] = {"api_secret": None}
    for name, what in wanted.items():
        variable = values.get(f"{name}_env", defaults[f"{name}_env"])
        found[name] = _secret(variable, what, environ, known.get(name), problems)
    mailbox = values.get("mailbox", MailboxSettings())
    if mailbox.adapter == "imap":
        what = "the password of its mailbox"
        found["mailbox_password"] = _secret(mailbox.password_env, what, environ, None, problems)
    return found | _client_secrets(values, environ)


def _client_secrets(values: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Secret | None]:
    """Return the secrets of the federation's clients; None where the environment has none."""
    own = values.get("environment") == "emulator"
    clients: FederationSettings = values.get("federation", FederationSettings())
    named = {
        "oauth_client_secret": (clients.client_secret_env, EMULATOR_CLIENT_SECRET),
        "machine_client_secret": (clients.machine_secret_env, EMULATOR_MACHINE_SECRET),
    }
    texts = {name: environ.get(variable) or (known if own else "") for name, (variable, known) in named.items()}
    return {name: Secret(text.strip()) if text else None for name, text in texts.items()}


def _secret(
    variable: str, what: str, environ: Mapping[str, str], default: str | None, problems: list[str]
) -> Secret | None:
    text = environ.get(variable, "").strip() or default
    if text is None:
        near = get_close_matches(variable, [name for name in environ if name != variable], n=1, cutoff=0.8)
        hint = f" {near[0]} is set: did you mean that?" if near else ""
        problems.append(f"environment variable {variable} is not set: {what}.{hint}")
        return None
    return Secret(text)


def _suggestion(name: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else "."
