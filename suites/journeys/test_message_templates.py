"""Templates of mails and SMS: management makes them, and they write the messages."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.journey.templates import Templates

Json = Any
Add = Callable[..., Json]

pytestmark = pytest.mark.preset("administration")
RESET = "forgotpassword"
MEMBERS = {"mail": {"Subject": "Reset your password"}, "sms": {}}
SMS = pytest.param("sms", marks=pytest.mark.preset("administration", phone_login=True))


@pytest.fixture(params=["mail", SMS])
def channel(request: pytest.FixtureRequest) -> str:
    """Return each channel."""
    return str(request.param)


@pytest.fixture
def templates(journey: Journey, channel: str) -> Templates:
    """Return the templates of the channel."""
    return journey.mail_templates if channel == "mail" else journey.sms_templates


@pytest.fixture
def add(templates: Templates, channel: str) -> Iterator[Add]:
    """`add(text, **members)`: add a template for resets, which is deleted at the end; return it."""
    with ExitStack() as added:

        def add(text: str, **members: Json) -> Json:
            template = templates.add(RESET, text, **MEMBERS[channel], **members)
            added.callback(templates.remove_named, name_of(template))
            return template

        yield add


@pytest.fixture
def written(api: Client, journey: Journey, control: EmulatorClient, channel: str) -> Callable[..., Json]:
    """`written(name)`: ask for a reset, by the template of that name; return the message."""
    person = journey.verified_person() if channel == "mail" else with_phone(journey)

    def written(name: str | None = None) -> Json:
        if channel == "mail":
            query, body = {"emailTemplate": name}, {"email": person.email}
            api.call("authentication.forgot_password", query=query, body=body).must_succeed()
            return control.outbox(to=person.email, kind=RESET)[-1]
        query, body = {"smsTemplate": name}, {"phone": person.phone}
        api.call("phone.forgot_password", query=query, body=body).must_succeed()
        return control.outbox(to=person.phone, kind=RESET)[-1]

    return written


def with_phone(journey: Journey) -> Person:
    """Create a user with a verified number."""
    person = journey.new_person()
    return journey.accounts.create(person, PhoneId=person.phone, PhoneIdVerified=True)


def name_of(template: Json) -> str:
    return str(template.get("TemplateName") or template["Name"])


@pytest.mark.rule("message_templates.listed_until_deleted")
def test_template_is_listed_as_changed_until_it_is_deleted(
    api: Client, templates: Templates, add: Add, channel: str
) -> None:
    template = add("before")
    assert template in templates.all()
    assert name_of(template) in public_names(api, channel)
    changed = templates.change(template, Template="after", **MEMBERS[channel])
    assert changed == template | {"Template": "after"}
    assert changed in templates.all()
    templates.remove(template)
    assert name_of(template) not in templates.names(RESET)
    assert name_of(template) not in public_names(api, channel)


@pytest.mark.rule("message_templates.named_template_writes_the_message")
def test_named_template_writes_the_message(
    templates: Templates, add: Add, written: Callable[..., Json], channel: str
) -> None:
    template = add("Reset: #Url#?vtoken=#GUID# #OTP#")
    message = written(name_of(template))
    assert message["template"] == name_of(template)
    assert message["subject"] == MEMBERS[channel].get("Subject")
    assert (message["token"] or message["otp"]) in message["text"]
    assert "#" not in message["text"]
    templates.change(template, Template="changed", **MEMBERS[channel])
    assert written(name_of(template))["text"] == "changed"


@pytest.mark.rule("message_templates.default_template_writes_the_rest")
def test_newest_default_writes_messages_without_a_template(add: Add, written: Callable[..., Json]) -> None:
    add("first", IsDefault=True)
    add("second", IsDefault=True)
    assert written()["text"] == written("lrh-unknown")["text"] == "second"


@pytest.mark.rule("message_templates.default_template_writes_the_rest")
def test_deleted_default_writes_nothing_more(templates: Templates, add: Add, written: Callable[..., Json]) -> None:
    template = add("gone", IsDefault=True)
    templates.remove(template)
    assert written()["text"] is None


@pytest.mark.rule("message_templates.inactive_template_is_not_used")
@pytest.mark.parametrize("channel", [SMS], indirect=True)
def test_template_that_is_switched_off_writes_nothing(
    templates: Templates, add: Add, written: Callable[..., Json]
) -> None:
    template = add("off")
    templates.change(template, IsActive=False)
    assert written(name_of(template))["text"] is None


def public_names(api: Client, channel: str) -> list[str]:
    """Return the names of templates for resets, as front ends read them."""
    listed = api.call("configuration.list_templates").must_succeed().data
    member = "EmailTemplates" if channel == "mail" else "SMSTemplates"
    return list(listed[member]["ResetPassword"])
