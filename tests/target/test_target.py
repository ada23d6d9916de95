"""Environment and targets file become one Target, or one message that names every problem."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.target.target import EMULATOR_KEY, Target, load_target

KEYS = {"HARNESS_API_KEY": "the-key", "HARNESS_API_SECRET": "the-secret"}


def no_emulator(_url: str) -> bool:
    return False


def emulator(_url: str) -> bool:
    return True


def load(tmp_path: Path, toml: str, name: str = "staging", environ: dict[str, str] | None = None) -> Target:
    file = tmp_path / "targets.toml"
    file.write_text(toml)
    return load_target(name, KEYS if environ is None else environ, file, no_emulator)


def problems(tmp_path: Path, toml: str, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, toml, environ=environ)
    return str(caught.value)


def test_url_that_answers_as_an_emulator_needs_nothing_else() -> None:
    target = load_target("http://127.0.0.1:8484/", {}, Path("none.toml"), emulator)
    assert target.is_emulator
    assert {target.api_url, target.config_url, target.cloud_url, target.migration_url} == {"http://127.0.0.1:8484"}
    assert target.api_key.reveal() == EMULATOR_KEY
    assert target.requests_per_second == 0


def test_keys_of_the_environment_win_over_the_emulators_own() -> None:
    target = load_target("http://127.0.0.1:8484", KEYS, Path("none.toml"), emulator)
    assert target.api_key.reveal() == "the-key"


def test_other_url_counts_as_production_at_the_lowest_rate() -> None:
    target = load_target("https://login.example.com", KEYS, Path("none.toml"), no_emulator)
    assert target.is_production
    assert target.api_url == "https://login.example.com"
    assert target.config_url == "https://config.lrcontent.com"
    assert target.requests_per_second == 5


def test_target_is_named_by_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "targets.toml"
    file.write_text("[staging]\n")
    assert load_target(None, KEYS | {"HARNESS_TARGET": "staging"}, file, no_emulator).name == "staging"


@pytest.mark.parametrize(("kind", "rate"), [("development", 5), ("staging", 5), ("production", 50)])
def test_environment_variables_alone_describe_a_target(kind: str, rate: float) -> None:
    environ = KEYS | {"HARNESS_API_URL": "https://login.example.com/", "HARNESS_KIND": kind}
    target = load_target(None, environ, Path("none.toml"), no_emulator)
    assert target.api_url == "https://login.example.com"
    assert (target.environment, target.requests_per_second) == (kind, rate)


def test_unknown_kind_is_named() -> None:
    environ = KEYS | {"HARNESS_API_URL": "https://login.example.com", "HARNESS_KIND": "stagign"}
    with pytest.raises(ConfigurationError, match="environment: Invalid enum value 'stagign'"):
        load_target(None, environ, Path("none.toml"), no_emulator)


def test_trailing_slash_of_an_address_is_ignored(tmp_path: Path) -> None:
    toml = '[staging]\napi_url = "https://a.example/"\nconfig_url = "https://b.example/"\n'
    target = load(tmp_path, toml)
    assert (target.api_url, target.config_url) == ("https://a.example", "https://b.example")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
def test_file_is_read_as_utf_8(tmp_path: Path, mark: bytes) -> None:
    file = tmp_path / "targets.toml"
    file.write_bytes(mark + '# Müller\n[staging]\nregion = "é"\n'.encode())
    program = (
        "import sys; from pathlib import Path; from loginradius_harness.target.target import load_target\n"
        "keys = {'HARNESS_API_KEY': 'k', 'HARNESS_API_SECRET': 's'}\n"
        "print(ascii(load_target('staging', keys, Path(sys.argv[1])).region))"
    )
    locale = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-c", program, str(file)]
    assert subprocess.run(command, env=locale, capture_output=True, text=True, check=True).stdout == "'\\xe9'\n"


def test_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "targets.toml"
    file.write_bytes("# Müller\n[staging]\n".encode("cp1252"))
    with pytest.raises(ConfigurationError, match="is not encoded in UTF-8"):
        load_target("staging", KEYS, file, no_emulator)


def test_run_without_target_is_told_how_to_name_one() -> None:
    with pytest.raises(ConfigurationError, match="HARNESS_TARGET"):
        load_target(None, KEYS, Path("none.toml"), no_emulator)


def test_unknown_target_is_answered_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'staging'"):
        load(tmp_path, "[staging]\n", "stagign")


def test_name_without_file_is_told_what_to_copy(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"Copy .*targets\.example\.toml"):
        load_target("staging", KEYS, tmp_path / "targets.toml", no_emulator)


def test_all_problems_are_in_one_message(tmp_path: Path) -> None:
    toml = (
        '[staging]\nenviroment = "staging"\n[staging.limits]\nrequests = "many"\n[staging.mailbox]\nadaptor = "imap"\n'
    )
    text = problems(tmp_path, toml, environ={"HARNESS_APIKEY": "x"})
    assert "did you mean 'environment'" in text
    assert "limits.requests: Expected `int`, got `str`" in text
    assert "did you mean 'adapter'" in text
    assert "HARNESS_API_KEY is not set" in text
    assert "HARNESS_APIKEY is set: did you mean that?" in text
    assert "HARNESS_API_SECRET is not set" in text


def test_secret_in_the_file_is_refused_without_being_repeated(tmp_path: Path) -> None:
    text = problems(tmp_path, '[staging]\napi_secret = "top-secret"\n')
    assert "not in a file" in text
    assert "top-secret" not in text


def test_tenant_is_only_reached_over_https(tmp_path: Path) -> None:
    assert "only reached over https" in problems(tmp_path, '[staging]\napi_url = "http://api.example.com"\n')


FAULTS = {
    'api_url = "https://api.example.com:port"': "api_url: 'https://api.example.com:port' is not a URL",
    'api_url = "https://api.example.com:99999"': "is not a URL; write https://host.",
    'api_url = "https://[::1"': "api_url: 'https://[::1' is not a URL",
    'api_url = "https://api example.com"': "is not a URL",
    'api_url = "https://api.example.com?apikey=1"': "is not a URL",
    'api_url = "api.example.com"': "is not a URL",
    'proxy = "127.0.0.1:3128"': "proxy: not the URL of an HTTP proxy; write http://host:port.",
    'proxy = "socks5://127.0.0.1:1080"': "proxy: not the URL of an HTTP proxy",
    'client_key = "key.pem"': "client_key: it belongs to a client_certificate, which is not set.",
    "limits = {requests_per_second = nan}": "limits.requests_per_second: nan is no finite number.",
    "limits = {requests_per_second = inf}": "limits.requests_per_second: inf is no finite number.",
    "limits = {requests_per_second = -1}": "limits.requests_per_second: Expected `float` >= 0.0",
    "limits = {requests = -1}": "limits.requests: Expected `int` >= 0",
    "limits = {timeout_seconds = 0}": "limits.timeout_seconds: Expected `float` > 0.0",
    "limits = {retries = -1}": "limits.retries: Expected `int` >= 0",
    "mailbox = {port = 70000}": "mailbox.port: Expected `int` <= 65535",
    "mailbox = {wait_seconds = nan}": "mailbox.wait_seconds: nan is no finite number.",
    'mailbox = {address = "qa@example.com"}': "mailbox.address: 'qa@example.com' is no pattern",
    'mailbox = {address = "qa-{tag}"}': "mailbox.address: 'qa-{tag}' is no pattern",
    "mailbox = 5": "mailbox: Expected `object`, got `int`",
    "limits = {requests_per_second = 9}": "limits.requests_per_second: 9 are more than the 5 of development tenants",
}


@pytest.mark.parametrize("line", FAULTS)
def test_fault_of_the_file_is_named_in_one_line(tmp_path: Path, line: str) -> None:
    [problem] = problems(tmp_path, f"[staging]\n{line}\n").splitlines()
    assert FAULTS[line] in problem


def test_rate_that_the_vendor_approved_is_used(tmp_path: Path) -> None:
    target = load(tmp_path, "[staging]\nlimits = {requests_per_second = 9, vendor_approved = true}\n")
    assert target.requests_per_second == 9


def test_password_of_a_proxy_is_not_repeated(tmp_path: Path) -> None:
    assert "hunter2" not in problems(tmp_path, '[staging]\nproxy = "socks5://qa:hunter2@proxy:1080"\n')


def test_credential_of_blanks_counts_as_not_set(tmp_path: Path) -> None:
    environ = KEYS | {"HARNESS_API_SECRET": " "}
    assert "HARNESS_API_SECRET is not set" in problems(tmp_path, "[staging]\n", environ)


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    assert "at line 1" in problems(tmp_path, "[staging\n")


def test_setting_outside_of_a_table_is_named(tmp_path: Path) -> None:
    assert "region is outside" in problems(tmp_path, 'region = "eu"\n')


def test_target_without_management_needs_no_secret(tmp_path: Path) -> None:
    target = load(tmp_path, "[staging]\nmanagement_api = false\n", environ={"HARNESS_API_KEY": "k"})
    assert target.api_secret is None


def test_credentials_come_from_the_variables_that_the_file_names(tmp_path: Path) -> None:
    toml = '[staging]\napi_key_env = "EU_KEY"\napi_secret_env = "EU_SECRET"\n'
    target = load(tmp_path, toml, environ={"EU_KEY": "k ", "EU_SECRET": "s"})
    assert target.api_key.reveal() == "k"


def test_mailbox_that_logs_in_needs_its_password(tmp_path: Path) -> None:
    assert "HARNESS_MAILBOX_PASSWORD is not set" in problems(tmp_path, '[staging.mailbox]\nadapter = "imap"\n')


def test_repr_shows_no_secret(tmp_path: Path) -> None:
    text = repr(load(tmp_path, '[staging]\nproxy = "http://me:the-password@127.0.0.1:8080"\n'))
    assert "staging" in text
    assert not [secret for secret in ("the-key", "the-secret", "the-password") if secret in text]


@pytest.mark.parametrize(
    ("environment", "rate"), [("development", 5), ("staging", 5), ("production", 50), ("emulator", 0)]
)
def test_documented_rate_is_kept_by_default(tmp_path: Path, environment: str, rate: float) -> None:
    assert load(tmp_path, f'[staging]\nenvironment = "{environment}"\n').requests_per_second == rate


def test_tenant_is_shared_and_emulator_is_not(tmp_path: Path) -> None:
    assert load(tmp_path, "[staging]\n").is_shared
    assert not load(tmp_path, '[staging]\nenvironment = "emulator"\n').is_shared
    assert load(tmp_path, '[staging]\nenvironment = "emulator"\nshared = true\n').is_shared
