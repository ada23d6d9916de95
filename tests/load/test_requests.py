from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.journey.federation import challenge_of
from loginradius_harness.load.workload.requests import Call, keep
from loginradius_harness.load.workload.scenarios import LOG_IN, SCENARIOS, VALIDATE, Step
from loginradius_harness.load.workload.virtual_users import VirtualUser
from loginradius_harness.target.target import EMULATOR_MACHINE_SECRET, Target

from .servers import TOKEN


@pytest.fixture
def user(clock: ServerClock) -> VirtualUser:
    facts = {
        "email": "lrh-1@example.com",
        "password": 'quote"and\\',
        "token": TOKEN,
        "totp_secret": "JBSWY3DPEHPK3PXP" * 2,
    }
    return VirtualUser(clock, facts)


def parts(encode: bytes) -> tuple[str, dict[str, str], bytes]:
    head, _, body = encode.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return first, dict(line.split(": ", 1) for line in lines), body


def test_a_body_is_sent_as_json_with_its_length(target: Target, user: VirtualUser) -> None:
    first, headers, body = parts(Call(LOG_IN, target).encode(user))
    assert first.startswith("POST /identity/v2/auth/login?")
    assert msgspec.json.decode(body) == {"email": "lrh-1@example.com", "password": 'quote"and\\'}
    assert (headers["Content-Length"], headers["Content-Type"]) == (str(len(body)), "application/json")


def test_the_request_equals_the_clients_request(target: Target, user: VirtualUser) -> None:
    call = Call(VALIDATE, target)
    made = call.request(user)
    first, headers, body = parts(call.encode(user))
    assert first == f"{made.method} {made.url.raw_path.decode()} HTTP/1.1"
    assert made.headers.items() <= headers.items()
    assert (headers["Host"], body) == ("127.0.0.1:9", b"")


def test_a_proxy_gets_the_absolute_url_of_plain_http(target: Target, user: VirtualUser) -> None:
    proxied = msgspec.structs.replace(target, proxy="http://127.0.0.1:3128")
    first, headers, _ = parts(Call(VALIDATE, proxied).encode(user))
    assert first.startswith("GET http://127.0.0.1:9/identity/v2/auth/access_token/validate?")
    assert headers["Host"] == "127.0.0.1:9"


def test_the_base_path_of_a_gateway_is_part_of_the_request(target: Target, user: VirtualUser) -> None:
    behind = msgspec.structs.replace(target, api_url="http://127.0.0.1:9/lr")
    first, _, _ = parts(Call(VALIDATE, behind).encode(user))
    assert first.startswith("GET /lr/identity/v2/auth/access_token/validate?")


def test_a_token_is_sent_as_bearer(target: Target, user: VirtualUser) -> None:
    _, headers, _ = parts(Call(VALIDATE, target).encode(user))
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_put_without_a_body_has_content_length_zero(target: Target, user: VirtualUser) -> None:
    step = Step("authentication.unlock_account", token="token")
    assert parts(Call(step, target).encode(user))[1]["Content-Length"] == "0"


def test_a_request_is_cached_until_one_of_its_variables_changes(target: Target, user: VirtualUser) -> None:
    log_in, validate = Call(LOG_IN, target), Call(VALIDATE, target)
    before = log_in.encode(user), validate.encode(user)
    keep(user, {"token": "11111111-1111-4111-8111-111111111111"})
    assert log_in.encode(user) is before[0]
    assert b"11111111-1111" in validate.encode(user)


def test_computed_variables_differ_in_each_request(target: Target, user: VirtualUser) -> None:
    step = SCENARIOS["validate_unknown"].steps[0]
    call = Call(step, target)
    assert call.encode(user) != call.encode(user)


def test_a_second_factor_is_the_current_code(target: Target, user: VirtualUser) -> None:
    keep(user, {"second_factor": TOKEN})
    _, _, body = parts(Call(SCENARIOS["login_with_totp"].steps[1], target).encode(user))
    assert msgspec.json.decode(body) == {"authenticatorcode": user["totp"]}


def test_each_registration_has_a_sott_and_a_new_address(target: Target, user: VirtualUser) -> None:
    call = Call(SCENARIOS["register"].steps[0], target)
    (_, headers, first), (_, _, second) = parts(call.encode(user)), parts(call.encode(user))
    assert headers["X-LoginRadius-Sott"]
    assert msgspec.json.decode(first)["Email"] != msgspec.json.decode(second)["Email"]


def test_a_step_at_the_hub_sends_the_clients_of_the_target(target: Target, user: VirtualUser) -> None:
    _, _, body = parts(Call(SCENARIOS["machine_token"].steps[0], target).encode(user))
    assert msgspec.json.decode(body) == {
        "grant_type": "client_credentials",
        "client_id": target.federation.machine_client_id,
        "client_secret": EMULATOR_MACHINE_SECRET,
        "audience": target.federation.audience,
    }


def test_what_a_target_knows_of_its_app_does_not_become_a_fact_of_the_account(
    target: Target, user: VirtualUser
) -> None:
    Call(SCENARIOS["machine_token"].steps[0], target).encode(user)
    assert "machine_secret" not in user


def test_each_log_in_by_oidc_has_a_verifier_of_its_own(target: Target, user: VirtualUser) -> None:
    authorize, _, _, redeem = (Call(step, target) for step in SCENARIOS["login_by_oidc"].steps)
    user["code"] = "from the redirect"
    verifiers = set()
    for _ in range(2):
        first, _, _ = parts(authorize.encode(user))
        asked = dict(parse_qsl(urlsplit(first.split()[1]).query))
        verifier = msgspec.json.decode(parts(redeem.encode(user))[2])["code_verifier"]
        assert asked["code_challenge"] == challenge_of(verifier)
        verifiers.add(verifier)
    assert len(verifiers) == 2
