"""Check the description of a target without sending a request."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import ip_address
from urllib.parse import urlsplit

from loginradius_harness.client.secrets import Secret
from loginradius_harness.target.capabilities import SETTINGS
from loginradius_harness.target.doctor.finding import Finding
from loginradius_harness.target.target import Target

_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_SHORTEST_TIMEOUT = 1.0


def check(target: Target) -> Iterator[Finding]:
    """Yield every problem of the description."""
    yield from _credentials(target)
    yield from _hosts(target)
    yield from _mailbox(target)
    yield from _limits(target)
    yield from _capabilities(target)
    yield from _values(target)


def _credentials(target: Target) -> Iterator[Finding]:
    if not _is_guid(target.api_key):
        yield Finding(
            "the API key is not a GUID with dashes", f"copy it from the tenant's console into {target.api_key_env}"
        )
    if target.api_secret is None:
        return
    if not _is_guid(target.api_secret):
        yield Finding(
            "the API secret is not a GUID with dashes", f"copy it from the console into {target.api_secret_env}"
        )
    if target.api_secret == target.api_key:
        yield Finding("key and secret are the same", f"set {target.api_secret_env} to the secret, not to the key")


def _is_guid(secret: Secret) -> bool:
    return bool(_GUID.fullmatch(secret.reveal()))


def _hosts(target: Target) -> Iterator[Finding]:
    api, config = urlsplit(target.api_url), urlsplit(target.config_url)
    if api.path.strip("/"):
        yield Finding(f"api_url has the path {api.path}", "requests are sent below it, as behind a gateway", "note")
    if "hub.loginradius.com" in (api.hostname or ""):
        yield Finding("api_url is a hosted page", "write https://api.loginradius.com or the tenant's custom API domain")
    if (api.hostname or "").startswith("config.") or (config.hostname or "").startswith("api."):
        yield Finding("api_url and config_url are swapped", "the configuration host is https://config.lrcontent.com")
    if target.verification_url and urlsplit(target.verification_url).scheme not in {"http", "https"}:
        yield Finding("verification_url is not absolute", "write it with https:// in front")


def _mailbox(target: Target) -> Iterator[Finding]:
    mailbox = target.mailbox
    if mailbox.adapter == "mailpit" and not mailbox.url:
        yield Finding("the Mailpit mailbox has no url", "set mailbox.url to the base of its HTTP API")
    if mailbox.adapter == "imap" and not (mailbox.host and mailbox.user):
        yield Finding("the IMAP mailbox has no host or no user", "set mailbox.host and mailbox.user")
    if mailbox.adapter != "api" and mailbox.address.endswith("@example.com"):
        yield Finding("mail to example.com arrives nowhere", "set mailbox.address to one that the mailbox gets")
    if mailbox.adapter == "api" and target.api_secret is None and not target.is_emulator:
        yield Finding(
            "a mailbox of adapter api needs the API secret", "set management_api = true, or use imap or mailpit"
        )


def _limits(target: Target) -> Iterator[Finding]:
    limits = target.limits
    empty = [name for name in ("requests", "users", "mails") if getattr(limits, name) < 1]
    if empty:
        yield Finding(f"limits.{' and limits.'.join(empty)} allow nothing", "raise them")
    if limits.timeout_seconds < _SHORTEST_TIMEOUT:
        yield Finding("limits.timeout_seconds is below a second", "a tenant may take some seconds: write 30.0")


def _capabilities(target: Target) -> Iterator[Finding]:
    for name in sorted({*target.extra_capabilities, *target.missing_capabilities} - set(SETTINGS)):
        near = get_close_matches(name, SETTINGS, n=1)
        fix = f"did you mean {near[0]}" if near else f"it is one of {', '.join(sorted(SETTINGS))}"
        yield Finding(f"the target names the unknown capability {name}", fix)
    both = sorted({*target.extra_capabilities} & {*target.missing_capabilities})
    if both:
        yield Finding(
            f"{', '.join(both)} is among both extra_capabilities and missing_capabilities",
            "take it from one of the two lists",
        )


def _values(target: Target) -> Iterator[Finding]:
    if target.origin_ip and not _is_address(target.origin_ip):
        yield Finding(f"origin_ip {target.origin_ip} is not an IP address", "write one, e.g. 203.0.113.7")
    wrong = [phone for phone in target.phones if not _PHONE.fullmatch(phone)]
    if wrong:
        yield Finding(
            f"{len(wrong)} of the phones is not in E.164 form", "write a plus, country and number: +441234567890"
        )
    if target.sign_requests and target.api_secret is None:
        yield Finding(
            "requests cannot be signed without the API secret", "set management_api = true, or sign_requests = false"
        )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
