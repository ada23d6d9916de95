"""The vendor's algorithms against published vectors (product-facts.md#request-signing, #sott; RFC 6238 appendix B)."""

import base64
from datetime import UTC, datetime

import pytest

from loginradius_harness.client import signing, sott, totp
from loginradius_harness.client.secrets import Secret

KEY = Secret("00000000-1111-2222-3333-444444444444")
SECRET = Secret("55555555-6666-7777-8888-999999999999")
EXPIRES = "2030-01-02 04:04:05"
ACCOUNTS = "https://api.loginradius.com/identity/v2/manage/account?apikey=00000000-1111-2222-3333-444444444444"
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


def test_sott_key_is_derived_from_the_secret() -> None:
    assert sott.derived_key(SECRET).hex() == "f4388c242a39d07dae40ccc6f588f3fbf308de4e1fddf120f3e68f41d2e42b62"


def test_sott_of_a_window() -> None:
    start, end = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2030, 1, 2, 3, 14, 5, tzinfo=UTC)
    assert sott.generate(KEY, SECRET, start, end) == (
        "9Qg6FiDtp0u76DaH/CBhQV5Htd5HyZjnruT8QlF+FcOweRk96GhKrRSvMYtMhcIB9vexd86KQcUKUwBcMFa36W5WkkDyMW+mJLADajvXNnc="
        "*bba9bb0fdce0cb61ec0fb54e22aa2731"
    )


def test_sott_window_holds_the_present() -> None:
    now = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    start, end = sott.window(now)
    assert start < now < end
    assert end - start == sott.WINDOW


@pytest.mark.parametrize(
    ("url", "body", "digest"),
    [
        (f"{ACCOUNTS}&email=a%40example.com", b"", "SHA-256=wSzEFgMqlmk4P3mY8UwhZ4zXhXC3qD2VYSDs8VP4+Ho="),
        (ACCOUNTS, b'{"Password":"p"}', "SHA-256=arHLLKkUbEb96oHHa4LtVxSzXX88I1fYBLN2WK+rHbI="),
    ],
    ids=("without body", "with body"),
)
def test_digest_of_a_request(url: str, body: bytes, digest: str) -> None:
    assert signing.digest(url, body, SECRET, EXPIRES) == digest


def test_signature_expires_twenty_minutes_later_in_utc() -> None:
    headers = signing.headers(ACCOUNTS, b"", SECRET, datetime(2030, 1, 2, 3, 44, 5, tzinfo=UTC))
    assert headers["X-Request-Expires"] == EXPIRES


@pytest.mark.parametrize(
    ("path", "signed"),
    [
        ("/identity/v2/manage/account", True),
        ("/v2/manage/webhooks", True),
        ("/identity/v2/manage/account/access_token", False),
        ("/identity/v2/auth/login", False),
    ],
)
def test_management_calls_are_signed(path: str, signed: bool) -> None:  # noqa: FBT001  # the expected value
    assert signing.applies_to(path) is signed


@pytest.mark.parametrize(
    ("seconds", "last_six"),
    [
        (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
        (2000000000, "279037"), (20000000000, "353130"),
    ],
)  # fmt: skip
def test_totp_of_rfc_6238(seconds: int, last_six: str) -> None:
    assert totp.code(RFC_SECRET, datetime.fromtimestamp(seconds, UTC)) == last_six


def test_totp_of_the_next_step() -> None:
    now = datetime.fromtimestamp(1111111109, UTC)
    assert totp.code(RFC_SECRET, now, steps=1) == totp.code(RFC_SECRET, datetime.fromtimestamp(1111111139, UTC))
