"""Templates of mails and SMS, beside those of the emulator itself."""

from collections.abc import Callable
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.console.mail import rendered
from loginradius_harness.emulator.state.outbox import Message
from tests.emulator.conftest import Ask, Manage, Member

pytestmark = pytest.mark.preset("administration")

RESET = {"templatetype": "forgotpassword"}


def resets(manage: Manage) -> list[Any]:
    listed = manage("email_template.list").data["Data"]
    return [template for template in listed if template["TemplateType"] == "forgotpassword"]


def test_each_type_has_a_default_template(manage: Manage) -> None:
    for operation, count in (("email_template.list", 24), ("sms_template.list", 16)):
        listed = manage(operation).data["Data"]
        assert len(listed) == count
        assert all(template["IsDefault"] for template in listed)


def test_default_template_is_replaced_and_comes_back(
    ask: Ask, manage: Manage, person: Member, last: Callable[[str, str], Message]
) -> None:
    (before,) = resets(manage)
    body = {"TemplateName": "Default", "Subject": "Ours", "Template": "#Url#"}
    manage("email_template.update", path=RESET, body=body)
    (changed,) = resets(manage)
    assert (changed["Subject"], changed["IsDefault"]) == ("Ours", True)
    ask("authentication.forgot_password", body={"email": person.email})
    sent = last("forgotpassword", person.email)
    assert (sent.subject, sent.text) == ("Ours", (sent.link or "").partition("?")[0])
    assert rendered(sent).subject == "Ours"
    assert manage("email_template.delete", path=RESET, body={"TemplateName": "default"}).data == {"IsDeleted": True}
    assert resets(manage) == [before]


@pytest.mark.parametrize("kind", ["forgotpassword", "nosuchtype"])
def test_template_of_the_emulator_is_not_deleted(manage: Manage, kind: str) -> None:
    answer = manage("sms_template.delete", path={"templatetype": kind}, body={"Name": "default"})
    assert answer.code == ErrorCode.REQUEST_INVALID


def test_template_without_a_name_gets_that_of_its_type(manage: Manage) -> None:
    body = {"TemplateType": "welcome", "Subject": "Hello", "Template": "Hello", "FromName": "Example"}
    made = manage("email_template.create", body=body).data
    assert (made["TemplateName"], made["FromName"], made["IsDefault"]) == ("welcome", "Example", False)
    again = manage("email_template.create", body=body | {"TemplateName": "WELCOME"})
    assert again.code == ErrorCode.REQUEST_INVALID


def test_default_of_one_type_leaves_other_types_alone(manage: Manage) -> None:
    body = {"SmsTemplateType": "welcome", "Name": "ours", "Template": "Hello", "IsDefault": True}
    manage("sms_template.create", body=body)
    listed = manage("sms_template.list").data["Data"]
    assert [template["Name"] for template in listed if template["SmsTemplateType"] == "welcome"] == ["default", "ours"]
    assert {template["SmsTemplateType"] for template in listed if not template["IsDefault"]} == {"welcome"}
