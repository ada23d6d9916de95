"""Does a SOTT authorize registration within its validity, and nothing else do so?"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from loginradius_harness.client import sott
from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.tenants import TenantContext

Json = Any


def _register(tenant: TenantContext, token: str) -> ApiResponse:
    person = tenant.journey.new_person()
    body = {"Email": [{"Type": "Primary", "Value": person.email}], "Password": person.password}
    return tenant.client.call("authentication.register_by_email", body=body, credentials={"sott": token})


def _secret(tenant: TenantContext) -> Secret:
    if tenant.target.api_secret is None:
        pytest.skip("a SOTT is made with the tenant's secret, and this target has none")
    return tenant.target.api_secret


def _sott(tenant: TenantContext, start: timedelta, end: timedelta) -> str:
    """Return a token whose validity is relative to now."""
    now = tenant.client.clock.now()
    return sott.generate(tenant.target.api_key, _secret(tenant), now + start, now + end)


@pytest.mark.rule("sott.opens_registration", "sott.serves_many_registrations")
def test_sott_authorizes_registration(tenant_context: TenantContext) -> None:
    """A SOTT built by the published steps authorizes several registrations within its validity."""
    token = _sott(tenant_context, timedelta(minutes=-1), timedelta(minutes=9))
    _register(tenant_context, token).must_succeed()
    _register(tenant_context, token).must_succeed()


@pytest.mark.preset("phone-login")
@pytest.mark.rule("sott.opens_registration", "sott.missing_one_is_refused")
def test_sott_authorizes_registration_by_phone(api: Client, journey: Journey) -> None:
    """The same holds for a phone number."""
    person = journey.new_person()
    body = {"PhoneId": person.phone, "Password": person.password}
    api.call("phone.register_by_phone", body=body, credentials={"sott": None}).must_be_refused(ErrorCode.SOTT_MISSING)
    api.call("phone.register_by_phone", body=body).must_succeed()


def _with_other_digest(token: str) -> str:
    text, _, digest = token.partition("*")
    return f"{text}*{digest[::-1]}"


def _with_other_text(token: str) -> str:
    text, _, digest = token.partition("*")
    return f"{'B' if text[0] == 'A' else 'A'}{text[1:]}*{digest}"


@pytest.mark.rule("sott.damaged_one_is_refused")
@pytest.mark.parametrize(
    "damage",
    [_with_other_digest, _with_other_text, lambda token: token.partition("*")[0], lambda token: token[:20]],
    ids=["other digest", "other cipher text", "no digest", "cut"],
)
def test_tampered_sott_is_refused(damage: Any, tenant_context: TenantContext) -> None:
    """A changed digest or cipher text is detected."""
    reply = _register(tenant_context, damage(_sott(tenant_context, timedelta(minutes=-1), timedelta(minutes=9))))
    assert reply.must_be_refused(ErrorCode.SOTT_INVALID).status == 403


@pytest.mark.rule("sott.outside_its_window_is_refused")
@pytest.mark.parametrize(
    ("start", "end"),
    [(timedelta(minutes=-40), timedelta(minutes=-30)), (timedelta(minutes=30), timedelta(minutes=40))],
    ids=["after", "before"],
)
def test_sott_outside_its_validity_is_refused(start: timedelta, end: timedelta, tenant_context: TenantContext) -> None:
    """It is refused before its validity begins and after it ends."""
    _register(tenant_context, _sott(tenant_context, start, end)).must_be_refused(ErrorCode.SOTT_INVALID)


@pytest.mark.rule("sott.clock_skew_is_tolerated")
def test_small_clock_difference_is_tolerated(tenant_context: TenantContext) -> None:
    """A validity missed by two minutes is accepted."""
    _register(tenant_context, _sott(tenant_context, timedelta(minutes=2), timedelta(minutes=12))).must_succeed()
    _register(tenant_context, _sott(tenant_context, timedelta(minutes=-12), timedelta(minutes=-2))).must_succeed()


FORMS = ["%Y/%m/%d %H:%M:%S", "%Y/%-m/%-d %-H:%-M:%-S", "%Y-%m-%d %H:%M:%S", "%Y/%-m/%-d %H:%-M:%-S"]


@pytest.mark.rule("sott.dates_of_every_client_are_read")
@pytest.mark.parametrize("form", FORMS)
def test_sott_dates_are_read_in_each_client_format(
    form: str, tenant_context: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dates are read padded or not, with slashes or dashes."""
    # at second 5, so that an unpadded form has a part of one digit at any time of day
    monkeypatch.setattr(sott, "_date", lambda moment: moment.replace(second=5).strftime(form))
    _register(tenant_context, _sott(tenant_context, timedelta(minutes=-1), timedelta(minutes=9))).must_succeed()


@pytest.mark.rule("sott.generated_one_works", "configuration.server_time_gives_a_window")
@pytest.mark.parametrize("minutes", [None, 25])
def test_generated_sott_is_valid_for_the_requested_time(minutes: int | None, tenant_context: TenantContext) -> None:
    """A generated SOTT is valid for timeDifference minutes, ten by default."""
    query = {"timeDifference": minutes} if minutes else {}
    made = tenant_context.client.call("sott.generate_sott", query=query).must_succeed().data
    _register(tenant_context, made["Sott"]).must_succeed()
    window = tenant_context.client.call("configuration.get_server_time", query=query).must_succeed().data["Sott"]
    start, end = (
        datetime.strptime(window[name], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007  # only the difference counts
        for name in ("StartTime", "EndTime")
    )
    assert end - start == timedelta(minutes=minutes or 10)
