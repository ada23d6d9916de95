"""Settings that management writes, as the emulator keeps them."""

from collections.abc import Callable

import pytest

from loginradius_harness.emulator.core.oauth_client import MACHINE_CLIENT, MACHINE_SECRET, MANAGEMENT_AUDIENCE
from tests.emulator.conftest import Answer, Ask

pytestmark = pytest.mark.preset("administration")

Manage = Callable[..., Answer]


@pytest.fixture
def manage(ask: Ask) -> Manage:
    """`manage(operation, **request)`: call an operation as a machine."""
    body = {
        "grant_type": "client_credentials",
        "client_id": MACHINE_CLIENT,
        "client_secret": MACHINE_SECRET,
        "audience": MANAGEMENT_AUDIENCE,
    }
    token = ask("oauth_m2m.token", body=body).data["access_token"]
    return lambda operation, **request: ask(operation, token=token, **request)


def test_made_sott_keeps_what_it_was_made_with(manage: Manage) -> None:
    body = {"ExpiresInMinutes": 30, "Technology": "ios", "Encoded": True, "Comment": "app"}
    made = manage("sott.create", body=body).data
    assert (made["Technology"], made["Comment"], made["IsEncoded"]) == ("ios", "app", True)
    assert manage("sott.list").data == {"Data": [made]}
