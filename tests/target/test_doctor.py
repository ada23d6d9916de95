"""The doctor names each misconfiguration in one line, with its fix, before a test runs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from loginradius_harness.cli import main
from loginradius_harness.client import http_transport
from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator import Running
from loginradius_harness.target.doctor import checkup, target_file
from loginradius_harness.target.doctor.finding import Finding
from loginradius_harness.target.shared_tenant.created_resources import ResourceLog, log_folder
from loginradius_harness.target.target import EXAMPLE, Limits, MailboxSettings, Target
from tests.scripted_tenant import KEY, SECRET, refusal
from tests.target.test_preflight import emulated

GOOD = Target(name="staging", api_key=Secret(KEY), api_secret=Secret(SECRET), environment="staging")
CONFIGURATION: dict[str, Any] = {"EmailVerificationFlow": "required", "ApiVersion": {"v1": False, "v2": True}}
PATHS = {
    "/ciam/appinfo": "configuration",
    "/identity/v2/serverinfo": "time",
    "/identity/v2/manage/account/sott": "sott",
    "/identity/v2/manage/role": "roles",
    "/v2/manage/webhooks": "webhooks",
}

Answer = httpx.Response | Exception | Callable[[], httpx.Response]


class Tenant(httpx.BaseTransport):
    """Answers by path, by default as a good tenant does. `all` is the answer to everything."""

    def __init__(self, **answers: Answer) -> None:
        self._answers = answers

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        name = PATHS[request.url.path.removeprefix("/lr")]
        usual = {"configuration": CONFIGURATION, "time": time_at(0)}.get(name, {"Data": []})
        answer = self._answers.get(name) or self._answers.get("all") or httpx.Response(200, json=usual)
        if isinstance(answer, Exception):
            raise answer
        return answer() if callable(answer) else answer


def time_at(minutes: float) -> dict[str, str]:
    """Return the time of a tenant whose clock is so many minutes ahead."""
    return {"CurrentTime": f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}"}


def clock_at(minutes: float) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(200, json=time_at(minutes))


def configured(**members: Any) -> httpx.Response:
    return httpx.Response(200, json=CONFIGURATION | members)


def findings_of(target: Target, **answers: Answer) -> list[Finding]:
    """Return the findings of everything but registration."""
    with Client(target, Tenant(**answers), sleep=lambda _: None) as client:
        return [*target_file.check(target), *checkup.read_only_checks(client)]


def mailbox(**members: Any) -> MailboxSettings:
    return MailboxSettings(**members)


DESCRIBED: dict[str, dict[str, Any]] = {
    "the API key is not a GUID with dashes: copy it from the tenant's console into HARNESS_API_KEY.": {
        "api_key": Secret("k"), "api_secret": Secret(SECRET)},
    "the API secret is not a GUID with dashes: copy it from the console into HARNESS_API_SECRET.": {
        "api_secret": Secret("s")},
    "key and secret are the same": {"api_secret": Secret(KEY)},
    "api_url has the path /identity": {"api_url": "https://api.example.com/identity"},
    "api_url is a hosted page": {"api_url": "https://app.hub.loginradius.com"},
    "api_url and config_url are swapped": {"config_url": "https://api.loginradius.com"},
    "verification_url is not absolute": {"verification_url": "example.com/verify"},
    "the Mailpit mailbox has no url": {"mailbox": mailbox(adapter="mailpit", address="{tag}@corp.example")},
    "the IMAP mailbox has no host or no user": {"mailbox": mailbox(adapter="imap", address="{tag}@corp.example")},
    "mail to example.com arrives nowhere": {"mailbox": mailbox(adapter="mailpit", url="http://127.0.0.1:8025")},
    "a mailbox of adapter api needs the API secret": {"api_secret": None, "management_api": False},
    "limits.users and limits.mails allow nothing": {"limits": Limits(users=0, mails=0)},
    "limits.timeout_seconds is below a second": {"limits": Limits(timeout_seconds=0.5)},
    "unknown capability step-upp: did you mean step-up.": {"extra_capabilities": ("step-upp",)},
    "pin is among both extra_capabilities and missing_capabilities": {
        "extra_capabilities": ("pin",), "missing_capabilities": ("pin",)},
    "origin_ip 10.0.0 is not an IP address": {"origin_ip": "10.0.0"},
    "1 of the phones is not in E.164 form": {"phones": ("+12015550100", "0201 555")},
    "requests cannot be signed without the API secret": {
        "api_secret": None, "management_api": False, "sign_requests": True,
        "mailbox": mailbox(adapter="mailpit", url="http://127.0.0.1:8025", address="{tag}@corp.example")},
}  # fmt: skip

REACHED: dict[str, dict[str, Answer]] = {
    "cannot connect to api.loginradius.com: refused: check the host name": {"time": httpx.ConnectError("refused")},
    "https://config.lrcontent.com does not answer": {"configuration": httpx.ConnectError("refused")},
    "its certificate is not trusted": {"time": httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]")},
    "it asks for a client certificate: set client_certificate": {
        "time": httpx.ConnectError("[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED]")
    },
    "No required SSL certificate was sent: it asks for a client certificate: set": {
        "time": httpx.Response(400, html="<html><head><title>400 No required SSL certificate was sent</title></head>")
    },
    "The SSL certificate error: it refuses the client certificate: check": {
        "time": httpx.Response(400, html="<html><head><title>400 The SSL certificate error</title></head>")
    },
    "it may ask for a client certificate (": {"time": httpx.ReadError("[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE]")},
    "it refuses the client certificate: check": {"time": httpx.ReadError("[SSL: TLSV1_ALERT_UNKNOWN_CA]")},
    "its chain and its dates": {"time": httpx.ReadError("[SSL: SSLV3_ALERT_CERTIFICATE_EXPIRED]")},
    "TLS cannot be agreed upon": {"time": httpx.ConnectError("[SSL: WRONG_VERSION_NUMBER]")},
    "no response within 30 s: check the host name, the network and the firewall": {"time": httpx.ReadTimeout("")},
    "others use the tenant's rate": {"time": httpx.Response(429)},
    "the tenant's gateway fails": {"time": httpx.Response(503)},
    "a firewall, a login page or a wrong host answered": {"time": httpx.Response(200, html="<html>")},
    "a firewall drops the response": {"time": httpx.Response(200)},
    "answers, but not with a configuration": {"configuration": httpx.Response(200, json={"ok": True})},
    "check that api_url is the API host": {"time": httpx.Response(404, json={"message": "no Route"})},
    "s behind the tenant's: set it by NTP": {"time": clock_at(10)},
    "s ahead of the tenant's": {"time": clock_at(-10)},
}

REFUSED: dict[str, dict[str, Answer]] = {
    "(901): enable the key": {"time": refusal(ErrorCode.API_KEY_NOT_ALLOWED, 403)},
    "(920): set HARNESS_API_KEY to the key of this tenant": {"time": refusal(ErrorCode.API_KEY_INVALID, 400)},
    "(1206): allow this machine's address": {"time": refusal(ErrorCode.IP_ADDRESS_NOT_ALLOWED, 403)},
    "(902): set HARNESS_API_SECRET to the primary secret of this key": {
        "sott": refusal(ErrorCode.API_SECRET_MISMATCH, 401)
    },
    "(921): set HARNESS_API_SECRET": {"sott": refusal(ErrorCode.API_SECRET_INVALID, 400)},
    "(1143): use the primary secret": {"sott": refusal(ErrorCode.ADDITIONAL_API_SECRET_NOT_ALLOWED, 403)},
    "(1207): set sign_requests = true": {"sott": refusal(ErrorCode.SIGNATURE_MISSING, 400)},
    "(1208): sign with the primary secret": {"sott": refusal(ErrorCode.SIGNATURE_INCORRECT, 403)},
    "(1212): set this machine's clock": {"sott": refusal(ErrorCode.SIGNATURE_EXPIRED, 403)},
    "does not permit webhooks, whose tests are skipped": {"webhooks": refusal(ErrorCode.ENDPOINT_NOT_IN_PLAN, 403)},
    "does not permit roles, whose tests are skipped": {
        "roles": refusal(ErrorCode.ADDITIONAL_API_SECRET_NOT_ALLOWED, 403)
    },
}

CONFIGURED: dict[str, httpx.Response] = {
    "registration is switched off": configured(NoRegistration=True),
    "the tenant does not run the V2 APIs": configured(ApiVersion={"v1": True, "v2": False}),
    "users below a minimum age are refused": configured(IsAgeRestriction=True),
    "the registration form requires birthdate": configured(
        RegistrationFormSchema=[{"name": "birthdate", "rules": "required"}, {"name": "emailid", "rules": "required"}]
    ),
    "no user logs in without accepting the privacy policy": configured(
        PrivacyPolicyConfiguration={"IsEnabled": True, "Mode": "Strict"}
    ),
    "bot protection covers PutChangePassword": configured(
        OptionalRecaptchaConfiguration={
            "IsEnabled": True,
            "Apis": {"PutChangePassword": True, "PutProfile": False},
        }
    ),
    "multi-factor authentication is required": configured(TwoFactorAuthentication={"IsRequired": True}),
    "several accounts may have the same e-mail address": configured(DuplicateEmailWithUniqueUsername=True),
    "accounts are locked after 1 wrong password(s)": configured(
        LoginLockedConfiguration={"MaximumFailedLoginAttempts": 1}
    ),
}

TRIED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {  # settings of the tenant, members of the target
    "(1247): allow the domain of mailbox.address": ({"blocked_email_domains": ["example.com"]}, {}),
    "(1249): add verification_url": (
        {"allowed_urls": ["https://ok.example/"]}, {"verification_url": "https://other.example/"}),
    "(1196): make the privacy policy Moderated": ({"privacy_policy_version": "1"}, {}),
    "no SMS can be sent": ({"phone_login": True, "sms_provider": False}, {}),
    "(1226): make consent optional": ({"consent": True, "consent_strict": True}, {}),
    "check mailbox.url, and that mail to": (
        {}, {"mailbox": mailbox(adapter="mailpit", url="http://127.0.0.1:1", address="{tag}@corp.example")}),
    "the IMAP server 127.0.0.1 refuses": (
        {}, {
            "mailbox": mailbox(adapter="imap", host="127.0.0.1", port=1, user="qa", address="{tag}@corp.example"),
            "mailbox_password": Secret("p")}),
}  # fmt: skip


@pytest.mark.parametrize("line", DESCRIBED)
def test_wrong_description_is_seen_without_a_request(line: str) -> None:
    assert line in "\n".join(map(str, target_file.check(replace(GOOD, **DESCRIBED[line]))))


@pytest.mark.parametrize("line", REACHED)
def test_unreachable_or_strange_host_is_named(line: str) -> None:
    (finding,) = findings_of(GOOD, **REACHED[line])
    assert line in str(finding)


@pytest.mark.parametrize("line", REFUSED)
def test_refused_credential_is_named(line: str) -> None:
    (finding,) = findings_of(GOOD, **REFUSED[line])
    assert line in str(finding)


@pytest.mark.parametrize("line", CONFIGURED)
def test_configuration_that_stands_in_the_way_is_named(line: str) -> None:
    (finding,) = findings_of(GOOD, configuration=CONFIGURED[line])
    assert line in str(finding)


@pytest.mark.parametrize("line", TRIED)
def test_trouble_with_registration_and_messages_is_named(running: Running, tmp_path: Path, line: str) -> None:
    settings, members = TRIED[line]
    with EmulatorClient(running.url) as control:
        key, secret = control.new_tenant("default", **settings)
    hosts = {"api_url": running.url, "config_url": running.url}
    target = replace(GOOD, api_key=key, api_secret=secret, **hosts, **members)
    (finding,) = [
        found for found in checkup.diagnose(target, state=tmp_path, sleep=lambda _: None) if found.kind != "note"
    ]
    assert line in str(finding)
    with EmulatorClient(running.url, key) as control:
        assert control.snapshot()["stores"]["accounts.by_uid"] == {}


def test_answer_that_deviates_is_a_note(running: Running, tmp_path: Path) -> None:
    with EmulatorClient(running.url) as control:
        absent = {"operations": ["authentication.register_by_email"], "pointer": "", "remove": ["IsPosted"]}
        key, secret = control.new_tenant("default", other_members=[absent])
    target = replace(GOOD, api_key=key, api_secret=secret, api_url=running.url, config_url=running.url)
    found = list(checkup.diagnose(target, state=tmp_path))
    assert {finding.kind for finding in found} == {"note"}
    assert any("IsPosted" in finding.problem for finding in found)


def test_doctor_registers_on_a_production_tenant_only_where_allowed(running: Running, tmp_path: Path) -> None:
    with EmulatorClient(running.url) as control:
        key, secret = control.new_tenant("default")
    target = replace(
        GOOD, environment="production", api_key=key, api_secret=secret, api_url=running.url, config_url=running.url
    )
    with EmulatorClient(running.url, key) as control:
        (note,) = [found for found in checkup.diagnose(target, state=tmp_path) if "not tried" in str(found)]
        assert (note.kind, "--allow-production" in note.fix) == ("note", True)
        assert "/auth/register" not in str(control.journal())
        found = list(checkup.diagnose(target, state=tmp_path, production=True))
        assert [finding for finding in found if "not tried" in str(finding)] == []
        assert "/auth/register" in str(control.journal())


def test_at_least_forty_misconfigurations_are_told_apart() -> None:
    lines = {*DESCRIBED, *REACHED, *REFUSED, *CONFIGURED, *TRIED}
    assert len(lines) >= 40


def test_every_finding_is_one_line_with_a_fix() -> None:
    findings = [
        *(found for members in DESCRIBED.values() for found in target_file.check(replace(GOOD, **members))),
        *(found for answers in (*REACHED.values(), *REFUSED.values()) for found in findings_of(GOOD, **answers)),
    ]
    assert [str(found) for found in findings if "\n" in str(found) or not found.fix or str(found)[-2] == "."] == []


def test_proxy_is_blamed_without_its_password_where_there_is_one() -> None:
    target = replace(GOOD, proxy="http://qa:hunter2@127.0.0.1:3128")
    (finding,) = findings_of(target, time=httpx.ConnectError("refused"))
    assert finding.fix == "check the proxy http://127.0.0.1:3128"


LEGAL: dict[str, tuple[dict[str, Any], dict[str, Answer]]] = {  # members of the target, answers of the tenant
    "a base path": ({"api_url": "https://gateway.example.com/lr"}, {}),
    "no webhooks in the plan": ({}, {"webhooks": refusal(ErrorCode.ENDPOINT_NOT_IN_PLAN, 403)}),
    "no roles in the plan": ({}, {"roles": refusal(ErrorCode.ENDPOINT_NOT_IN_PLAN, 403)}),
}


@pytest.mark.parametrize("name", LEGAL)
def test_legal_target_is_ready(name: str) -> None:
    members, answers = LEGAL[name]
    assert {finding.kind for finding in findings_of(replace(GOOD, **members), **answers)} <= {"note"}


def test_capability_that_the_target_misses_is_not_probed() -> None:
    answers = {"webhooks": refusal(ErrorCode.ENDPOINT_NOT_IN_PLAN, 403)}
    assert findings_of(replace(GOOD, missing_capabilities=("webhooks",)), **answers) == []


def test_form_field_without_a_name_is_no_problem() -> None:
    assert findings_of(GOOD, configuration=configured(RegistrationFormSchema=[{"rules": "optional"}])) == []


def test_good_target_has_no_finding() -> None:
    assert findings_of(GOOD) == []


@pytest.mark.parametrize(
    ("kinds", "code"), [([], 0), (["note"], 0), (["note", "unreachable"], 3), (["unreachable", "wrong"], 2)]
)
def test_gravest_finding_decides_the_exit_code(kinds: list[Any], code: int) -> None:
    assert checkup.exit_code([Finding("p", "c", kind) for kind in kinds]) == code


def test_target_that_dies_between_two_looks_is_told() -> None:
    answers = iter([httpx.Response(200, json=CONFIGURATION), httpx.Response(200, json=time_at(0))])

    def dying(_request: httpx.Request) -> httpx.Response:
        answer = next(answers, None)
        if answer is None:
            raise httpx.ConnectError("gone")
        return answer

    with Client(GOOD, httpx.MockTransport(dying), sleep=lambda _: None) as client:
        (finding,) = checkup.read_only_checks(client)
    assert finding.kind == "unreachable"


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs `loginradius-harness ...` in an empty folder: exit code, output, error output."""
    monkeypatch.chdir(tmp_path)
    for name in ("HARNESS_TARGET", "HARNESS_API_URL", "HARNESS_KIND", "HARNESS_API_KEY", "HARNESS_API_SECRET"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_doctor_reports_an_emulator_as_ready(command: Command, running: Running) -> None:
    code, out, _ = command("doctor", running.url)
    assert (code, out.splitlines()[-1]) == (0, f"{running.url} ({running.url}): ready")


def test_doctor_names_a_wrong_secret(command: Command, running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_API_SECRET", KEY.replace("0", "9"))
    code, out, _ = command("doctor", running.url)
    assert code == 2
    assert out.startswith("wrong       the API secret does not permit registration tokens")


def test_missing_target_is_one_line(command: Command) -> None:
    code, out, err = command("doctor")
    assert (code, out) == (2, "")
    assert err == (
        "No target is named. Name one, a URL or an entry of targets.toml, or set HARNESS_TARGET or HARNESS_API_URL.\n"
    )


def test_cleanup_removes_what_interrupted_runs_left(command: Command, running: Running) -> None:
    with EmulatorClient(running.url) as control:
        key, _ = control.new_tenant()
    log = ResourceLog.begin(log_folder(emulated(running), Path(".harness")))
    log.plan("account", "lrh-dead-1@example.com")
    log.close()
    code, out, _ = command("cleanup", running.url)
    assert (code, out.splitlines()[-1]) == (0, f"{running.url}: 1 of 1 removed")
    assert command("cleanup", running.url)[:2] == (0, f"{running.url}: 0 of 0 removed\n")
    assert key


def test_targets_are_listed(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_API_KEY", KEY)
    monkeypatch.setenv("HARNESS_API_SECRET", SECRET)
    code, out, _ = command("targets", "--targets-file", str(EXAMPLE))
    assert code == 0
    assert [line.split() for line in out.splitlines()] == [
        ["staging", "staging", "https://api.loginradius.com"],
        ["development", "development", "https://api.loginradius.com"],
    ]


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "client_certificate"])
def test_missing_certificate_file_is_one_line(command: Command, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    http_transport.trust.cache_clear()
    entry = "[staging]\n"
    if variable == "SSL_CERT_FILE":
        monkeypatch.setenv(variable, "/nonexistent.pem")
    else:
        entry += 'client_certificate = "/nonexistent.pem"\n'
    Path("targets.toml").write_text(entry, encoding="utf-8")
    monkeypatch.setenv("HARNESS_API_KEY", KEY)
    monkeypatch.setenv("HARNESS_API_SECRET", SECRET)
    code, _, err = command("doctor", "staging")
    http_transport.trust.cache_clear()
    assert code == 2
    assert err.startswith(f"{variable} /nonexistent.pem cannot be ")


def test_missing_targets_file_names_the_example(command: Command) -> None:
    code, _, err = command("targets")
    assert code == 2
    assert "targets.example.toml shows what to write" in err
