"""A secret stays in its box."""

import pickle

import pytest

from loginradius_harness.client.secrets import Secret

HIDDEN = Secret("55555555-6666-7777-8888-999999999999")


@pytest.mark.parametrize("shown", [repr(HIDDEN), str(HIDDEN), f"{HIDDEN}", f"{HIDDEN!r:>5}", repr({"a": [HIDDEN]})])
def test_no_way_of_printing_gives_it_away(shown: str) -> None:
    assert "***" in shown
    assert "5555" not in shown


def test_reveal_gives_it_away() -> None:
    assert HIDDEN.reveal().startswith("5555")


def test_secrets_compare_by_their_text() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a")}) == 1


def test_empty_secret_is_false() -> None:
    assert not Secret("")


def test_secret_is_not_written_to_disk() -> None:
    with pytest.raises(TypeError, match="not written to disk"):
        pickle.dumps(HIDDEN)
