"""Which hosts the tenant's own requests may reach."""

import pytest

from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.state.webhooks.targets import is_public, webhook_target

INNER = """
127.0.0.1 127.1 0x7f000001 2130706433 0.0.0.0 10.0.0.8 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 ::1
::ffff:10.0.0.1 fd00::1 fe80::1 localhost a.localhost localhost. metadata.google.internal printer.local
""".split()


@pytest.mark.parametrize("host", INNER)
def test_inner_host_is_not_public(host: str) -> None:
    assert not is_public(host)


@pytest.mark.parametrize("host", ["example.com", "8.8.8.8", "2606:4700::1111", "local.example.com"])
def test_other_host_is_public(host: str) -> None:
    assert is_public(host)


@pytest.mark.parametrize(
    "url", ["https://10.0.0.8/", "https://[::1]/", "https://user@127.0.0.1/", "http://example.com/"]
)
def test_strict_tenant_takes_public_https_targets_only(url: str) -> None:
    strict = Settings(webhook_private_targets=False, webhook_insecure_targets=False)
    with pytest.raises(ApiError, match="1087"):
        webhook_target(url, strict)
    assert webhook_target("https://hooks.example.com/a", strict) == "https://hooks.example.com/a"


@pytest.mark.parametrize("host", ["127.0.0.1\0", "a\0b.example.com", "exa mple\x7f.com"])
def test_host_with_control_characters_is_no_target(host: str) -> None:
    with pytest.raises(ApiError, match="1087"):
        webhook_target(f"https://{host}/", Settings())
    assert is_public(host)
