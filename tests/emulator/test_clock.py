"""One clock: a move takes every expiry, lock and time step along."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http import sott
from loginradius_harness.emulator.state.single_use_tokens import KINDS
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Control, Member
from tests.emulator.enrolment import account_of, app_code, challenge, enrol_app, token_of, with_token

CODES = {"sms": ErrorCode.OTP_EXPIRED, "mail": ErrorCode.EMAIL_OTP_EXPIRED}  # of an expired one-time code, by channel


@dataclass(frozen=True, slots=True)
class Mortal:
    """Something that dies: how to use it, after how many seconds it is dead, and the refusal then."""

    name: str
    use: Callable[[], object]
    seconds: float
    refusal: int


def mortals(tenant: Tenant, person: Member) -> Iterator[Mortal]:
    """One of everything that has a lifetime, made now."""
    settings, account = tenant.settings, account_of(tenant, person)
    for kind, form in KINDS.items():
        issued = tenant.single_use_tokens.issue(kind, person.uid, settings)
        life = getattr(settings, form.lifetime)
        yield Mortal(kind, partial(tenant.single_use_tokens.find, kind, issued.value), life, form.expired)
    for channel, refusal in CODES.items():
        code = tenant.codes.issue(channel, person.email, person.uid, settings)

        def redeem(channel: str = channel, code: str = code) -> None:
            tenant.codes.redeem(channel, person.email, code, channel, settings).used = False

        yield Mortal(f"code by {channel}", redeem, settings.otp_seconds, refusal)
    session = tenant.sessions.open(account, settings)
    yield Mortal(
        "access token",
        lambda: tenant.sessions.find(session.token),
        settings.access_token_seconds,
        ErrorCode.ACCESS_TOKEN_EXPIRED,
    )
    assert session.refresh is not None
    refresh = session.refresh
    yield Mortal(
        "refresh token",
        lambda: tenant.sessions.find_refresh(refresh, settings),
        settings.refresh_token_seconds,
        ErrorCode.REFRESH_TOKEN_INVALID,
    )
    token, _ = sott.make(tenant, settings.sott_minutes)
    window = settings.sott_minutes * 60 + settings.sott_skew_seconds + 1
    yield Mortal("SOTT", lambda: sott.check(token, tenant), window, ErrorCode.SOTT_INVALID)


def refusal(use: Callable[[], object]) -> int | None:
    """Return the code that a use is refused with; None where it is not."""
    try:
        use()
    except ApiError as error:
        return error.code
    return None


def test_each_thing_dies_when_its_time_has_come(control: Control, tenant: Tenant, person: Member) -> None:
    alive = sorted(mortals(tenant, person), key=lambda mortal: mortal.seconds)
    assert {mortal.name: refusal(mortal.use) for mortal in alive} == {mortal.name: None for mortal in alive}
    passed = 0.0
    for mortal in alive:
        control("POST clock", {"advance_seconds": mortal.seconds - passed - 5})
        assert refusal(mortal.use) is None, f"{mortal.name} died early"
        control("POST clock", {"advance_seconds": 6})
        assert refusal(mortal.use) == mortal.refusal, mortal.name
        control("POST clock", {"advance_seconds": -6})
        passed = mortal.seconds - 5


def test_one_move_ends_everything(control: Control, tenant: Tenant, person: Member) -> None:
    alive = list(mortals(tenant, person))
    control("POST clock", {"advance_seconds": 10 * 365 * 86_400})
    assert {mortal.name: refusal(mortal.use) for mortal in alive} == {mortal.name: mortal.refusal for mortal in alive}


@pytest.mark.preset("default", lockout_type="Suspend", lockout_threshold=1)
def test_suspension_ends(ask: Ask, control: Control, person: Member) -> None:
    def log_in(password: str) -> int | None:
        return ask("authentication.login_by_email", body={"email": person.email, "password": password}).code

    assert log_in("wrong") == ErrorCode.ACCOUNT_LOCKED_TEMPORARILY
    control("POST clock", {"advance_seconds": 890})
    assert log_in(person.password) == ErrorCode.ACCOUNT_LOCKED_TEMPORARILY
    control("POST clock", {"advance_seconds": 11})
    assert log_in(person.password) is None


@pytest.mark.preset("mfa-optional")
def test_time_step_of_an_authenticator_moves(ask: Ask, control: Control, tenant: Tenant, person: Member) -> None:
    def try_code(code: str) -> int | None:
        query = with_token(challenge(ask, person))
        return ask("mfa.validate_authenticator_code", query=query, body={"authenticatorcode": code}).code

    enrol_app(ask, tenant, person)
    old = app_code(tenant, person)
    control("POST clock", {"advance_seconds": 90})
    assert try_code(old) == ErrorCode.AUTHENTICATOR_CODE_INCORRECT
    assert try_code(app_code(tenant, person)) is None


@pytest.mark.preset("default", mail_limit=1, mail_window_seconds=600)
def test_quota_starts_anew(ask: Ask, control: Control, person: Member) -> None:
    def forget() -> int | None:
        return ask("authentication.forgot_password", body={"email": person.email}).code

    assert [forget(), forget()] == [None, ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED]
    control("POST clock", {"advance_seconds": 601})
    assert forget() is None


def test_dates_of_answers_move(ask: Ask, control: Control, tenant: Tenant, person: Member) -> None:
    before = ask("authentication.validate_access_token", token=token_of(tenant, person)).data["expires_in"]
    control("POST clock", {"advance_seconds": 366 * 86_400})
    after = ask("authentication.validate_access_token", token=token_of(tenant, person)).data["expires_in"]
    assert int(after[:4]) > int(before[:4])
    assert ask("configuration.get_server_time").data["CurrentTime"][:4] == after[:4]


def test_clock_goes_back(control: Control, tenant: Tenant, person: Member) -> None:
    token = token_of(tenant, person)
    control("POST clock", {"advance_seconds": 1_000})
    assert refusal(lambda: tenant.sessions.find(token)) == ErrorCode.ACCESS_TOKEN_EXPIRED
    control("POST clock", {"advance_seconds": -1_000})
    assert refusal(lambda: tenant.sessions.find(token)) is None


def test_clock_of_another_tenant_stands(control: Control, tenant: Tenant) -> None:
    other = control("POST tenants", {}).data["apikey"]
    control("POST clock", {"advance_seconds": 1_000}, apikey=other)
    assert tenant.clock.ahead == 0
    assert control("GET health", apikey=other).data["now"] - control("GET health").data["now"] > 999
