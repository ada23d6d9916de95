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
[slo."*"]
p95 = 500
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
    assert (profile.name, profile.seconds, profile.curve().seconds) == ("own", 2, 4)


def test_another_duration_keeps_the_proportions_of_the_stages() -> None:
    spike = load("spike")
    curve, short = spike.curve(), spike.curve(seconds=16)
    assert short.seconds == pytest.approx(spike.warm_up + 16)
    assert short.level(spike.warm_up + 8) == curve.level(spike.warm_up + 80) == 200
    assert short.area - 100 == pytest.approx((curve.area - 100) / 10)


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    assert load(written(tmp_path, "\ufeff" + GOOD)).description == "A test"


def test_an_unknown_profile_suggests_the_nearest_name() -> None:
    with pytest.raises(ConfigurationError, match=r"There is no load profile smok\. Did you mean smoke\?"):
        load("smok")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("validate_token", "validate_tokn", r"validate_tokn, which does not exist\. Did you mean validate_token\?"),
        ("validate_token = 1", "", "at least one scenario"),
        ("validate_token = 1", "validate_token = 0", r"> 0.0 - at `\$.mix"),
        ("rate = 5", "rate = 0", "else nothing is sent"),
        ("rate = 5", "users = 5", "each stage has `rate` and no `users`"),
        ("seconds = 2", "seconds = 0", r"> 0.0 - at `\$.stage"),
        ("description", 'tier = "locust"\ndescription', 'needs model = "closed"'),
        ("description", "describtion = 1\ndescription", "unknown field `describtion`"),
        ("rate = 5", 'rate = "high"', "Expected `float"),
        ("description =", "description", "own.toml: Expected"),
    ],
)
def test_a_mistake_in_a_profile_is_named_with_its_file(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint) as raised:
        load(written(tmp_path, GOOD.replace(old, new)))
    assert "own.toml" in str(raised.value)


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("place", ["rate = 5", "seconds = 2", "p95 = 500", "validate_token = 1"])
def test_a_number_that_is_not_finite_is_refused(tmp_path: Path, number: str, place: str) -> None:
    name = place.partition(" ")[0]
    with pytest.raises(ConfigurationError, match=rf"{name} is {number}; write a finite number"):
        load(written(tmp_path, GOOD.replace(place, f"{name} = {number}")))


@pytest.mark.parametrize("setting", ["timeout", "connections", "accounts", "max_start_delay_ms"])
@pytest.mark.parametrize("number", ["0", "-1"])
def test_a_setting_that_must_be_positive_refuses_zero_and_less(tmp_path: Path, setting: str, number: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"(> 0.0|>= 1) - at `\$.{setting}`"):
        load(written(tmp_path, f"{setting} = {number}\n{GOOD}"))


@pytest.mark.parametrize("setting", ["warm_up", "think"])
def test_a_duration_refuses_less_than_zero(tmp_path: Path, setting: str) -> None:
    with pytest.raises(ConfigurationError, match=rf">= 0(.0)? - at `\$.{setting}`"):
        load(written(tmp_path, f"{setting} = -1\n{GOOD}"))


@pytest.mark.parametrize("text", ["", '[slo]\n"*" = {}', "[slo]"])
def test_a_profile_without_limits_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError, match="slo"):
        load(written(tmp_path, GOOD.partition("[slo")[0] + text))


@pytest.mark.parametrize("name", ["authentication.validate_acess_token", "authentication.get_profile", "session"])
def test_a_limit_of_an_operation_outside_the_mix_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"slo names {name}, which the mix never calls"):
        load(written(tmp_path, f'{GOOD}[slo."{name}"]\np95 = 1\n'))


def test_a_misspelt_operation_of_a_limit_suggests_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"Did you mean authentication.validate_access_token\?"):
        load(written(tmp_path, f'{GOOD}[slo."authentication.validate_acess_token"]\np95 = 1\n'))


def test_the_steps_and_the_whole_of_a_scenario_can_have_limits(tmp_path: Path) -> None:
    text = (
        GOOD.replace("validate_token", "session")
        + '[slo.session]\np95 = 1\n[slo."authentication.get_profile"]\np95 = 1\n'
    )
    assert set(load(written(tmp_path, text)).slo) == {"*", "session", "authentication.get_profile"}
