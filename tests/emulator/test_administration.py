"""Settings that management writes, as the emulator keeps them."""

import pytest

from tests.emulator.conftest import Manage

pytestmark = pytest.mark.preset("administration")


def test_made_sott_keeps_what_it_was_made_with(manage: Manage) -> None:
    body = {"ExpiresInMinutes": 30, "Technology": "ios", "Encoded": True, "Comment": "app"}
    made = manage("sott.create", body=body).data
    assert (made["Technology"], made["Comment"], made["IsEncoded"]) == ("ios", "app", True)
    assert manage("sott.list").data == {"Data": [made]}
