from pathlib import Path

import pytest

from loginradius_harness import emulator
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.config import targets
from loginradius_harness.load.config.targets import LoadConsent
from loginradius_harness.target.target import EMULATOR_KEY, load_target

FILE = """
[staging]
environment = "staging"
api_url = "https://api.example.com"
[live]
environment = "production"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HARNESS_API_KEY", "00000000-1111-2222-3333-444444444444")
    monkeypatch.setenv("HARNESS_API_SECRET", "55555555-6666-7777-8888-999999999999")
    path = tmp_path / "targets.toml"
    path.write_text(FILE)
    return path


def never(_url: str) -> None:
    raise AssertionError("nothing may be contacted")


@pytest.mark.parametrize("name", ["staging", "https://api.example.com", "https://api.example.com/some/path"])
def test_a_target_is_found_by_name_or_url(file: Path, name: str) -> None:
    assert targets.find(name, never, file).name == "staging"


@pytest.mark.parametrize(
    "url",
    [
        "https://api.loginradius.com.evil.example",
        "https://evil.example",
        "http://api.example.com",
        "https://api.example.com:8443",
        "https://api.example.com@evil.example/",
        "http://2130706433:80",
        "http://[::ffff:10.0.0.1]",
        "http://169.254.169.254",
    ],
)
def test_an_unnamed_url_is_refused_without_being_contacted(file: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="not named in"):
        targets.find(url, never, file)


def test_a_local_port_without_an_emulator_is_refused(file: Path) -> None:
    asked: list[str] = []
    with pytest.raises(ConfigurationError, match="No emulator answers"):
        targets.find("http://127.0.0.1:9", asked.append, file)
    assert asked == ["http://127.0.0.1:9"]


def test_an_emulator_needs_no_consent() -> None:
    emulated = load_target("http://127.0.0.1:9", answers=lambda _: True)
    targets.require_consent(emulated, LoadConsent())


def test_a_tenant_needs_yes(file: Path) -> None:
    staging = targets.find("staging", never, file)
    with pytest.raises(ConfigurationError, match="--yes"):
        targets.require_consent(staging, LoadConsent())
    targets.require_consent(staging, LoadConsent(yes=True))


def test_production_needs_the_vendors_approval_too(file: Path) -> None:
    live = targets.find("live", never, file)
    with pytest.raises(ConfigurationError, match="prior approval"):
        targets.require_consent(live, LoadConsent(yes=True))
    targets.require_consent(live, LoadConsent(yes=True, vendor_approved=True))


def test_the_engine_verifies_certificates(file: Path) -> None:
    staging = targets.find("staging", never, file)
    endpoint = targets.endpoint(staging, staging.api_url, "192.0.2.1")
    assert (endpoint.host, endpoint.address, endpoint.port) == ("api.example.com", "192.0.2.1", 443)
    assert endpoint.tls is not None
    assert endpoint.tls.check_hostname


def test_an_incomplete_entry_does_not_hide_an_emulator(
    running: emulator.Running, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HARNESS_API_KEY")
    assert targets.find(running.url, lambda _: None, file).is_emulator


def test_an_emulator_never_gets_the_key_of_a_tenant(running: emulator.Running, file: Path) -> None:
    found = targets.find(running.url, lambda _: None, file)
    assert found.api_key.reveal() == EMULATOR_KEY


def test_a_tunnel_is_asked_for_with_the_credentials_of_the_proxy(file: Path) -> None:
    file.write_text(FILE.replace("[live]", 'proxy = "http://me:p%40ss@proxy.example:3128"\n[live]'))
    staging = targets.find("staging", never, file)
    endpoint = targets.endpoint(staging, staging.api_url, "192.0.2.9")
    assert targets.urls(staging, ["api", "hub"]) == ("http://me:p%40ss@proxy.example:3128",)
    assert (endpoint.address, endpoint.port) == ("192.0.2.9", 3128)
    assert endpoint.tunnel == (
        b"CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n"
        b"Proxy-Authorization: Basic bWU6cEBzcw==\r\n\r\n"
    )


def test_a_client_certificate_of_the_target_is_used(file: Path) -> None:
    file.write_text(FILE.replace("[live]", 'client_certificate = "nowhere.pem"\n[live]'))
    staging = targets.find("staging", never, file)
    with pytest.raises(ConfigurationError, match=r"client_certificate nowhere\.pem cannot be loaded"):
        targets.endpoint(staging, staging.api_url, "192.0.2.1")


def looked_up(*urls: str) -> dict[str, str]:
    return {url: f"192.0.2.{number}" for number, url in enumerate(urls, 1)}


def test_the_hub_of_a_tenant_has_an_endpoint_of_its_own(file: Path) -> None:
    file.write_text(FILE.replace("[live]", 'hub_url = "https://shop.hub.example.com"\n[live]'))
    found = targets.endpoints(targets.find("staging", never, file), ["api", "hub"], looked_up)
    assert {host: (place.host, place.address) for host, place in found.items()} == {
        "api": ("api.example.com", "192.0.2.1"),
        "hub": ("shop.hub.example.com", "192.0.2.3"),
    }


def test_hosts_that_an_emulator_serves_on_one_port_share_an_endpoint() -> None:
    emulated = load_target("http://127.0.0.1:9", answers=lambda _: True)
    found = targets.endpoints(emulated, ["api", "hub"], looked_up)
    assert found["hub"] is found["api"]


def test_a_proxy_is_asked_for_a_tunnel_to_the_hub(file: Path) -> None:
    of_hub = 'proxy = "http://proxy.example:3128"\nhub_url = "https://shop.hub.example.com"\n[live]'
    file.write_text(FILE.replace("[live]", of_hub))
    found = targets.endpoints(targets.find("staging", never, file), ["api", "hub"], looked_up)
    assert found["hub"].address == found["api"].address == "192.0.2.1"
    assert found["hub"].tunnel.startswith(b"CONNECT shop.hub.example.com:443 HTTP/1.1")
