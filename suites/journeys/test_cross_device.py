"""A page that a phone logs in by scanning its QR code (product-facts.md#cross-device)."""

import pytest

from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person


@pytest.mark.rule("cross_device.phone_logs_the_page_in")
def test_phone_logs_the_page_in(journey: Journey, person: Person, session: Session) -> None:
    code = journey.cross_device.show_code()
    assert journey.cross_device.ask(code) == ""
    journey.cross_device.scan(session, code)
    page = Session(token=journey.cross_device.ask(code))
    assert journey.profile(page)["Uid"] == person.uid


@pytest.mark.rule("cross_device.code_works_once")
def test_code_of_a_page_works_once(journey: Journey, session: Session) -> None:
    code = journey.cross_device.show_code()
    journey.cross_device.scan(session, code)
    assert journey.cross_device.ask(code)
    with expect_error(ErrorCode.PARAMETER_MALFORMED):
        journey.cross_device.ask(code)


@pytest.mark.rule("cross_device.code_works_once")
def test_code_of_a_page_expires(journey: Journey, session: Session) -> None:
    code = journey.cross_device.show_code(seconds=5)
    journey.let_time_pass(6)
    with expect_error(ErrorCode.PARAMETER_MALFORMED):
        journey.cross_device.scan(session, code)
