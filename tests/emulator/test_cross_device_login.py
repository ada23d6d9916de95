"""Smart login and one touch: a device waits under a client GUID until a link is opened elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member

Last = Callable[[str, str], Message]
GUID = "device-1"


@dataclass(frozen=True)
class Way:
    """One of the two flows, as its client uses it."""

    group: str
    kind: str
    guid_name: str
    part: str  # where the start request carries its members
    open_link: str
    off: int
    opened: int
    used: int


SMART = Way(
    "smart_login",
    "smartlogin",
    "clientGuid",
    "query",
    "smart_login.verify_token",
    ErrorCode.SMART_LOGIN_DISABLED,
    ErrorCode.SMART_LOGIN_LINK_ALREADY_VERIFIED,
    ErrorCode.SMART_LOGIN_LINK_ALREADY_USED,
)
ONE_TOUCH = Way(
    "one_touch_login",
    "onetouchlogin",
    "clientguid",
    "body",
    "one_touch_login.verify_email",
    ErrorCode.ONE_TOUCH_LOGIN_DISABLED,
    ErrorCode.ONE_TOUCH_LOGIN_LINK_ALREADY_USED,
    ErrorCode.ONE_TOUCH_LOGIN_LINK_ALREADY_USED,
)

ways = pytest.mark.parametrize("way", [SMART, ONE_TOUCH], ids=lambda way: way.group)


@dataclass(frozen=True)
class Device:
    """A client that walks through a flow."""

    ask: Ask
    last: Last
    way: Way
    email: str

    def start(self, guid: str = GUID) -> Answer:
        return self.ask(
            f"{self.way.group}.by_email", **{self.way.part: {"email": self.email, self.way.guid_name: guid}}
        )

    def open_link(self) -> Answer:
        token = self.last(self.way.kind, self.email).token
        return self.ask(self.way.open_link, query={"verificationToken": token})

    def ping(self, guid: str = GUID) -> Answer:
        return self.ask(f"{self.way.group}.ping", query={"clientGuid": guid})


@pytest.fixture
def device(ask: Ask, last: Last, person: Member, way: Way) -> Device:
    """Return the person's device."""
    return Device(ask, last, way, person.email)


@ways
def test_device_is_in_after_the_link_was_opened(device: Device, person: Member) -> None:
    device.start()
    assert device.ping().code == ErrorCode.SMART_LOGIN_LINK_NOT_VERIFIED
    assert device.open_link().data == {"IsPosted": True, "IsVerified": True}
    assert device.ping().data["Profile"]["Uid"] == person.uid


@ways
def test_ping_answers_a_login_once(device: Device) -> None:
    device.start()
    device.open_link()
    device.ping()
    assert device.ping().code == ErrorCode.SMART_LOGIN_LINK_ALREADY_USED


@ways
def test_link_opened_twice_is_refused(device: Device) -> None:
    device.start()
    device.open_link()
    assert device.open_link().code == device.way.opened
    device.ping()
    assert device.open_link().code == device.way.used


@ways
def test_client_guid_is_good_for_one_login(device: Device) -> None:
    device.start()
    assert device.start().code == ErrorCode.CLIENT_GUID_ALREADY_USED


@ways
def test_unknown_client_guid_is_refused(ask: Ask, way: Way) -> None:
    assert ask("smart_login.ping", query={"clientGuid": "nobody"}).code == ErrorCode.CLIENT_GUID_INVALID
    assert (
        ask(f"{way.group}.by_email", **{way.part: {"email": "ada@example.com"}}).code == ErrorCode.CLIENT_GUID_INVALID
    )


@ways
def test_link_and_guid_run_out_together(device: Device, tenant: Tenant) -> None:
    device.start()
    tenant.clock.advance(tenant.settings.link_seconds)
    assert device.open_link().code == ErrorCode.LINK_EXPIRED
    assert device.ping().code == ErrorCode.CLIENT_GUID_INVALID


@ways
def test_two_devices_wait_side_by_side(device: Device) -> None:
    device.start("device-1")
    device.start("device-2")
    device.open_link()
    assert device.ping("device-1").code == ErrorCode.SMART_LOGIN_LINK_NOT_VERIFIED
    assert device.ping("device-2").status == 200


@ways
def test_link_verifies_the_address(device: Device, tenant: Tenant, person: Member) -> None:
    account = tenant.accounts.by_uid(person.uid)
    assert account is not None
    account.emails[0].verified = False
    device.start()
    device.open_link()
    assert device.ping().data["Profile"]["EmailVerified"] is True


@ways
def test_switched_off_it_is_refused(device: Device, tenant: Tenant) -> None:
    device.start()
    setattr(tenant.settings, {"smart_login": "smart_login", "one_touch_login": "one_touch"}[device.way.group], False)
    assert device.start("device-2").code == device.way.off
    assert device.open_link().code == device.way.off
    assert device.ping().code == device.way.off


@ways
@pytest.mark.preset("mfa-optional")
def test_it_does_not_bypass_a_second_factor(device: Device) -> None:
    assert device.start().code == ErrorCode.MFA_LOGIN_REQUIRED


@ways
def test_person_deleted_meanwhile_is_not_let_in(device: Device, tenant: Tenant, person: Member) -> None:
    device.start()
    device.open_link()
    account = tenant.accounts.by_uid(person.uid)
    assert account is not None
    tenant.forget(account)
    assert device.ping().code == ErrorCode.ACCOUNT_NOT_FOUND


def test_one_touch_link_is_taken_at_the_smart_login_path(ask: Ask, last: Last, person: Member) -> None:
    device = Device(ask, last, ONE_TOUCH, person.email)
    device.start()
    token = last(ONE_TOUCH.kind, person.email).token
    assert ask("smart_login.verify_token", query={"verificationToken": token}).data["IsVerified"] is True
    assert device.ping().status == 200


@pytest.mark.preset("passwordless")
def test_smart_login_mails_the_owner_of_a_user_name(ask: Ask, last: Last) -> None:
    emails = [{"Type": "Primary", "Value": "bea@example.com"}]
    ask("account.create_account", body={"Email": emails, "Password": "correct horse 7", "UserName": "bea"})
    assert ask("smart_login.by_username", query={"username": "bea", "clientGuid": GUID}).status == 200
    assert last(SMART.kind, "bea@example.com").link is not None


def test_smart_login_refuses_unknown_users(ask: Ask) -> None:
    asked = {"email": "nobody@example.com", "clientGuid": GUID}
    assert ask("smart_login.by_email", query=asked).code == ErrorCode.ACCOUNT_NOT_FOUND


@pytest.mark.preset("default", allowed_urls=["https://ours.example/"])
def test_redirect_must_be_on_the_allow_list(ask: Ask, person: Member) -> None:
    asked = {"email": person.email, "clientGuid": GUID, "redirectUrl": "https://theirs.example/"}
    assert ask("smart_login.by_email", query=asked).code == ErrorCode.VERIFICATION_URL_NOT_ALLOWED
