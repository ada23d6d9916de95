import msgspec
import pytest

from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.load.workload.requests import Call, keep
from loginradius_harness.load.workload.scenarios import LOG_IN, SCENARIOS, VALIDATE, Step
from loginradius_harness.load.workload.virtual_users import VirtualUser
from loginradius_harness.target.target import Target

from .servers import TOKEN


@pytest.fixture
def actor(clock: ServerClock) -> VirtualUser:
    facts = {
        "email": "lrh-1@example.com",
        "password": 'quote"and\\',
        "token": TOKEN,
        "totp_secret": "JBSWY3DPEHPK3PXP" * 2,
    }
    return VirtualUser(clock, facts)


def parts(wire: bytes) -> tuple[str, dict[str, str], bytes]:
    head, _, body = wire.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return first, dict(line.split(": ", 1) for line in lines), body


def test_a_body_travels_as_json_with_its_length(target: Target, actor: VirtualUser) -> None:
    first, headers, body = parts(Call(LOG_IN, target).wire(actor))
    assert first.startswith("POST /identity/v2/auth/login?")
    assert msgspec.json.decode(body) == {"email": "lrh-1@example.com", "password": 'quote"and\\'}
    assert (headers["Content-Length"], headers["Content-Type"]) == (str(len(body)), "application/json")


def test_the_request_is_the_one_that_the_harness_makes(target: Target, actor: VirtualUser) -> None:
    call = Call(VALIDATE, target)
    made = call.request(actor)
    first, headers, body = parts(call.wire(actor))
    assert first == f"{made.method} {made.url.raw_path.decode()} HTTP/1.1"
    assert made.headers.items() <= headers.items()
    assert (headers["Host"], body) == ("127.0.0.1:9", b"")


def test_a_token_travels_as_bearer(target: Target, actor: VirtualUser) -> None:
    _, headers, _ = parts(Call(VALIDATE, target).wire(actor))
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_put_without_a_body_says_so(target: Target, actor: VirtualUser) -> None:
    step = Step("authentication.unlock_account", token="token")
    assert parts(Call(step, target).wire(actor))[1]["Content-Length"] == "0"


def test_an_unchanged_request_comes_from_memory_until_one_of_its_variables_changes(
    target: Target, actor: VirtualUser
) -> None:
    log_in, validate = Call(LOG_IN, target), Call(VALIDATE, target)
    before = log_in.wire(actor), validate.wire(actor)
    keep(actor, {"token": "11111111-1111-4111-8111-111111111111"})
    assert log_in.wire(actor) is before[0]
    assert b"11111111-1111" in validate.wire(actor)


def test_computed_variables_are_computed_each_time(target: Target, actor: VirtualUser) -> None:
    step = SCENARIOS["validate_unknown"].steps[0]
    call = Call(step, target)
    assert call.wire(actor) != call.wire(actor)


def test_a_second_factor_is_the_code_of_this_moment(target: Target, actor: VirtualUser) -> None:
    keep(actor, {"second_factor": TOKEN})
    _, _, body = parts(Call(SCENARIOS["login_with_totp"].steps[1], target).wire(actor))
    assert msgspec.json.decode(body) == {"authenticatorcode": actor["totp"]}


def test_registration_carries_a_sott_and_a_new_address_each_time(target: Target, actor: VirtualUser) -> None:
    call = Call(SCENARIOS["register"].steps[0], target)
    (_, headers, first), (_, _, second) = parts(call.wire(actor)), parts(call.wire(actor))
    assert headers["X-LoginRadius-Sott"]
    assert msgspec.json.decode(first)["Email"] != msgspec.json.decode(second)["Email"]
