"""One-time codes sent by mail or SMS: each works once, for a while, for one account and one purpose."""

from collections.abc import Callable
from itertools import permutations

import pytest

from loginradius_harness.checks.support import otp_flows
from loginradius_harness.checks.support.concurrency import concurrent_error_codes
from loginradius_harness.checks.support.mfa_users import MfaUser
from loginradius_harness.checks.support.otp_flows import (
    EXPIRED,
    FLOWS,
    LOCKED,
    MAILED,
    PARALLEL_FLOWS,
    TEXTED,
    USED,
    WRONG,
    Flow,
    OtpCase,
)
from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey

NEVER_SENT = "000000x"


@pytest.mark.parametrize("flow", [flow.as_param() for flow in MAILED])
@pytest.mark.rule("otp.wrong_mailed_one_is_refused")
def test_wrong_email_code_is_refused(journey: Journey, flow: Flow) -> None:
    refuses_what_was_not_sent(journey, flow)


@pytest.mark.parametrize("flow", [flow.as_param() for flow in TEXTED])
@pytest.mark.rule("otp.wrong_texted_one_is_refused")
def test_wrong_sms_code_is_refused(journey: Journey, flow: Flow) -> None:
    refuses_what_was_not_sent(journey, flow)


def refuses_what_was_not_sent(journey: Journey, flow: Flow) -> None:
    """Check that a wrong code is refused and does not use up the correct one."""
    case = flow.prepare(journey)
    right = flow.request_code(case)
    with expect_error(*WRONG[flow.channel]):
        flow.use(case, NEVER_SENT)
    flow.use(case, right)


@pytest.mark.parametrize("flow", [flow.as_param() for flow in MAILED])
@pytest.mark.rule("otp.mailed_one_dies_on_first_use")
def test_email_code_works_once(journey: Journey, flow: Flow) -> None:
    serves_once(journey, flow)


@pytest.mark.parametrize("flow", [flow.as_param() for flow in TEXTED])
@pytest.mark.rule("otp.texted_one_dies_on_first_use")
def test_sms_code_works_once(journey: Journey, flow: Flow) -> None:
    serves_once(journey, flow)


def serves_once(journey: Journey, flow: Flow) -> None:
    """Check that a used code is refused."""
    case = flow.prepare(journey)
    code = flow.request_code(case)
    flow.use(case, code)
    with expect_error(*USED[flow.channel]):
        flow.use(case, code)


@pytest.mark.parametrize("flow", [flow.as_param(otp_seconds=120) for flow in MAILED])
@pytest.mark.rule("otp.mailed_one_expires")
def test_email_code_expires(journey: Journey, flow: Flow) -> None:
    runs_out(journey, flow)


@pytest.mark.parametrize("flow", [flow.as_param(otp_seconds=120) for flow in TEXTED])
@pytest.mark.rule("otp.texted_one_expires")
def test_sms_code_expires(journey: Journey, flow: Flow) -> None:
    runs_out(journey, flow)


def runs_out(journey: Journey, flow: Flow) -> None:
    """Check that a code works until its lifetime ends."""
    sooner, later = flow.prepare(journey), flow.prepare(journey)
    first, second = flow.request_code(sooner), flow.request_code(later)
    journey.let_time_pass(100)
    flow.use(sooner, first)
    journey.let_time_pass(30)
    with expect_error(*EXPIRED[flow.channel]):
        flow.use(later, second)


@pytest.mark.parametrize("flow", [flow.as_param() for flow in FLOWS])
@pytest.mark.rule("otp.newer_one_ends_the_older")
def test_newer_code_invalidates_the_older(journey: Journey, flow: Flow) -> None:
    case = flow.prepare(journey)
    older, newer = flow.request_code(case), flow.request_code(case)
    if older != newer:
        with expect_error(*WRONG[flow.channel]):
            flow.use(case, older)
    flow.use(case, newer)


@pytest.mark.parametrize("flow", [flow.as_param() for flow in FLOWS])
@pytest.mark.rule("otp.belongs_to_its_account")
def test_code_works_for_its_account_only(journey: Journey, flow: Flow) -> None:
    owner, other = flow.prepare(journey), flow.prepare(journey)
    code = flow.request_code(owner)
    flow.send(other)
    with expect_error(*WRONG[flow.channel]):
        flow.use(other, code)
    flow.use(owner, code)


@pytest.mark.preset("mfa-optional")
@pytest.mark.rule("otp.belongs_to_its_account")
def test_accounts_sharing_a_phone_do_not_share_codes(journey: Journey) -> None:
    owner, other = MfaUser(journey, "sms"), MfaUser(journey, "totp")
    journey.mfa.enrol_sms(other.session, owner.person.phone)
    challenge, foreign = other.begin(), owner.begin()
    code = owner.proof("sms")
    with expect_error(ErrorCode.OTP_INCORRECT):
        journey.mfa.answer(challenge, "sms", code)
    assert foreign.token


@pytest.mark.parametrize(
    ("prepare", "sent", "asked"),
    [
        pytest.param(prepare, sent, asked, id=f"{sent.name}, not {asked.name}", marks=pytest.mark.preset(preset))
        for preset, prepare, flows in PARALLEL_FLOWS
        for sent, asked in permutations(flows, 2)
    ],
)
@pytest.mark.rule("otp.belongs_to_its_purpose")
def test_code_works_for_its_purpose_only(
    journey: Journey, prepare: Callable[[Journey], OtpCase], sent: Flow, asked: Flow
) -> None:
    case = prepare(journey)
    code = sent.request_code(case)
    asked.send(case)
    with expect_error(*WRONG[asked.channel]):
        asked.use(case, code)
    sent.use(case, code)


@pytest.mark.parametrize("flow", [flow.as_param(lockout_type="Suspend", lockout_threshold=3) for flow in FLOWS])
@pytest.mark.rule("otp.guesses_are_limited")
def test_new_code_does_not_reset_the_attempts(journey: Journey, flow: Flow) -> None:
    case = flow.prepare(journey)
    flow.send(case)
    for _ in range(3):
        with expect_error(*WRONG[flow.channel], *LOCKED):
            flow.use(case, NEVER_SENT)
    with expect_error(*LOCKED):
        flow.use(case, flow.request_code(case))


@pytest.mark.parametrize(
    "flow", [flow.as_param() for flow in (otp_flows.VERIFY_MAIL, otp_flows.LOG_IN_MAIL, otp_flows.FACTOR_SMS)]
)
@pytest.mark.rule("otp.parallel_uses_succeed_once")
def test_concurrent_use_of_a_code_succeeds_once(journey: Journey, flow: Flow) -> None:
    case = flow.prepare(journey)
    code = flow.request_code(case)
    assert concurrent_error_codes(*[lambda: flow.use(case, code)] * 8).count(None) == 1


@pytest.mark.parametrize("flow", [flow.as_param() for flow in FLOWS])
@pytest.mark.rule("otp.has_six_digits")
def test_code_has_six_digits(journey: Journey, flow: Flow) -> None:
    code = flow.request_code(flow.prepare(journey))
    assert code.isdigit()
    assert len(code) >= 6


@pytest.mark.parametrize("flow", [flow.as_param(otp_kind="Alphanumeric", otp_length=9) for flow in FLOWS])
@pytest.mark.rule("otp.follows_tenant_format")
def test_code_format_follows_the_tenant_setting(journey: Journey, flow: Flow) -> None:
    request_code = [flow.request_code(flow.prepare(journey)) for _ in range(3)]
    assert {len(code) for code in request_code} == {9}
    assert not "".join(request_code).isdigit()
