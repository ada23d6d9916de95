"""Signing up by e-mail."""

from typing import Any

import pytest

from harness.client import Client
from harness.journey import Journey
from harness.people import Person
from harness.reply import refused

FLOWS = {
    "required": pytest.param(id="required", marks=pytest.mark.preset("default")),
    "optional": pytest.param(id="optional", marks=pytest.mark.preset("verification-optional")),
    "disabled": pytest.param(id="disabled", marks=pytest.mark.preset("verification-disabled")),
}


def in_flows(*names: str) -> pytest.MarkDecorator:
    """Tell the story in each of these verification flows."""
    return pytest.mark.parametrize([], [FLOWS[name] for name in names])


@pytest.mark.rule("registration.required_flow_answers_no_token")
def test_who_must_confirm_the_address_is_not_let_in_by_signing_up(journey: Journey) -> None:
    answer = journey.register(journey.new_person()).data
    assert answer["IsPosted"] is True
    assert not answer.get("Data")


@in_flows("optional", "disabled")
@pytest.mark.rule("registration.unforced_flow_answers_a_session")
def test_who_need_not_confirm_the_address_is_in_at_once(journey: Journey) -> None:
    person = journey.new_person()
    session = Session.of(journey.register(person))
    assert journey.profile(session)["Email"] == [{"Type": "Primary", "Value": person.email}]
