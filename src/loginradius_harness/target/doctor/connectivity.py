"""Whether the target's hosts answer, as the product does, and what time it is there."""

from collections.abc import Iterator

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import InfrastructureError
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.target.doctor.finding import Finding, meaning

TOLERATED_SKEW = 60.0  # seconds; a SOTT begins a minute before it is made

# Words of a trouble -> its cure. The first that fits.
_CURES = (
    ("CERTIFICATE", "its certificate is not trusted: check the domain, or name the authority in SSL_CERT_FILE"),
    ("SSL", "TLS cannot be agreed upon: check that the host speaks TLS 1.2 or better"),
    ("cannot connect", "check the host name, the network and, where there is one, the firewall"),
    ("no response within", "nothing comes back: check the firewall, or raise limits.timeout_seconds"),
    ("not complete within", "the answer drips: check the network, or raise limits.timeout_seconds"),
    ("429", "others use up the tenant's rate: try later, or lower limits.requests_per_second"),
    ("gateway", "the tenant's gateway is in trouble: try later, and look at the vendor's status page"),
    ("HTML", "a firewall, a login page or a wrong host answers: allow this machine, and check the host name"),
    ("empty body", "a firewall swallows the answer: allow this machine's address"),
)


def check(client: Client) -> Iterator[Finding]:
    """The configuration host, the API host, the clock."""
    yield from _configuration(client)
    told = _ask(client, "configuration.get_server_time", client.target.api_url)
    if isinstance(told, Finding):
        yield told
    elif told.ok:
        yield from _clock(client)
    elif told.error_code is None:
        yield Finding(f"{client.target.api_url} answers with {meaning(told)}", "check api_url: is it the API host")


def _configuration(client: Client) -> Iterator[Finding]:
    url = client.target.config_url
    found = _ask(client, "configuration.get_configurations", url)
    if isinstance(found, Finding):
        yield found
    elif found.ok and not (isinstance(found.data, dict) and "EmailVerificationFlow" in found.data):
        yield Finding(f"{url} answers, but not with a configuration", "check config_url")


def _clock(client: Client) -> Iterator[Finding]:
    ahead = client.clock.difference.total_seconds()
    if abs(ahead) > TOLERATED_SKEW:
        where = "behind" if ahead > 0 else "ahead of"
        yield Finding(f"this machine's clock is {abs(ahead):.0f} s {where} the tenant's", "set it by NTP", "note")


def _ask(client: Client, operation: str, url: str) -> ApiResponse | Finding:
    try:
        return client.call(operation, check=False)
    except InfrastructureError as failure:
        return Finding(f"{url} cannot be asked, {failure.trouble}", _cure(client, failure.trouble), "unreachable")


def _cure(client: Client, trouble: str) -> str:
    if client.target.proxy and "connect" in trouble:
        return f"check the proxy {client.target.proxy}"
    return next((cure for words, cure in _CURES if words in trouble), "check the network, and try again")
