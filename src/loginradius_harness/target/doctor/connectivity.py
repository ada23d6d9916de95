"""Check whether the target's hosts answer as the product does, and their clock."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import InfrastructureError
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.target.doctor.finding import Finding, meaning

TOLERATED_SKEW = 60.0  # seconds; a SOTT is valid from a minute before it is generated

_REFUSES_CERTIFICATE = "it refuses the client certificate: check client_certificate, its chain and its dates"

_ASKS_FOR_CERTIFICATE = "it asks for a client certificate: set client_certificate and client_key of the target"

# Words of a failure -> how to fix it. The first match counts. An alert is what the host says about this client.
_FIXES = (
    ("CERTIFICATE_REQUIRED", _ASKS_FOR_CERTIFICATE),
    ("No required SSL certificate was sent", _ASKS_FOR_CERTIFICATE),  # the title of nginx's page
    ("The SSL certificate error", _REFUSES_CERTIFICATE),  # the same
    (
        "ALERT_HANDSHAKE_FAILURE",
        "it may ask for a client certificate (client_certificate of the target), or support no TLS 1.2 or later",
    ),
    ("ALERT_UNKNOWN_CA", _REFUSES_CERTIFICATE),
    ("ALERT_BAD_CERTIFICATE", _REFUSES_CERTIFICATE),
    ("ALERT_CERTIFICATE", _REFUSES_CERTIFICATE),
    ("ALERT_UNSUPPORTED_CERTIFICATE", _REFUSES_CERTIFICATE),
    ("CERTIFICATE", "its certificate is not trusted: check the domain, or name the authority in SSL_CERT_FILE"),
    ("SSL", "TLS cannot be agreed upon: check that the host supports TLS 1.2 or later"),
    ("cannot connect", "check the host name, the network and, where there is one, the firewall"),
    ("no response within", "check the host name, the network and the firewall"),
    ("not complete within", "check the network, and try again"),
    ("429", "others use the tenant's rate: try later, or lower limits.requests_per_second"),
    ("gateway", "the tenant's gateway fails: try later, and look at the vendor's status page"),
    ("HTML", "a firewall, a login page or a wrong host answered: allow this machine, and check the host name"),
    ("empty body", "a firewall drops the response: allow this machine's address"),
)


def check(client: Client) -> Iterator[Finding]:
    """Check the configuration host, the API host and the clock."""
    yield from _configuration(client)
    reply = _ask(client, "configuration.get_server_time", client.target.api_url)
    if isinstance(reply, Finding):
        yield reply
    elif reply.ok:
        yield from _clock(client)
    elif reply.error_code is None:
        yield Finding(f"{client.target.api_url} answers with {meaning(reply)}", "check that api_url is the API host")


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
        return Finding(f"{url} does not answer: {failure.trouble}", _fix(client, failure.trouble), "unreachable")


def _fix(client: Client, failure: str) -> str:
    if client.target.proxy and "connect" in failure:
        proxy = urlsplit(client.target.proxy)
        return f"check the proxy {proxy.scheme}://{proxy.netloc.rpartition('@')[2]}"  # without its password
    return next((fix for words, fix in _FIXES if words in failure), "check the network, and try again")
