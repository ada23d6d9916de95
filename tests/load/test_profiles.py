from pathlib import Path

import pytest

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.config import profiles
from loginradius_harness.load.config.profiles import load

GOOD = """
description = "A test"
[mix]
validate_token = 1
[[stage]]
seconds = 2
rate = 5
"""


@pytest.mark.parametrize("name", profiles.names())
def test_every_shipped_profile_is_valid_and_has_limits(name: str) -> None:
    profile = load(name)
    assert profile.name == name
    assert profile.slo


def written(folder: Path, text: str) -> str:
    path = folder / "own.toml"
    path.write_text(text)
    return str(path)


def test_a_users_own_profile_is_read_from_its_path(tmp_path: Path) -> None:
    profile = load(written(tmp_path, GOOD))
    assert (profile.name, profile.seconds, profile.curve.seconds) == ("own", 2, 4)


def test_an_unknown_profile_suggests_the_nearest_name() -> None:
    with pytest.raises(ConfigurationError, match=r"No load profile smok\. Did you mean smoke"):
        load("smok")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("validate_token", "validate_tokn", "validate_tokn, which does not exist; validate_token does"),
        ("validate_token = 1", "", "at least one scenario"),
        ("validate_token = 1", "validate_token = 0", "weight above 0"),
        ("rate = 5", "rate = 0", "nothing would be sent"),
        ("seconds = 2", "seconds = 0", "seconds above 0"),
        ("description", 'tier = "locust"\nsays', "closed models only"),
        ("description", "sayz = 1\nsays", "unknown field `sayz`"),
        ("rate = 5", 'rate = "high"', "Expected `float`"),
        ("description =", "description", "own.toml: Expected"),
    ],
)
def test_a_mistake_in_a_profile_is_named_with_its_file(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint) as raised:
        load(written(tmp_path, GOOD.replace(old, new)))
    assert "own.toml" in str(raised.value)
