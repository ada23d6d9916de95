"""Links and codes, read where the tenant sends them."""

import imaplib
from email.message import EmailMessage
from typing import Any, Self

import httpx
import pytest
from msgspec.structs import replace

from loginradius_harness.client.errors import ConfigurationError, UnsupportedByTarget
from loginradius_harness.client.secrets import Secret
from loginradius_harness.mailbox.adapters import ImapStore, MailpitStore, PolledMailbox, inbox, read, select_mailbox
from loginradius_harness.mailbox.mailbox import ApiMailbox, ByChannel, EmulatorMailbox, MessageNotReceived
from loginradius_harness.target.target import MailboxSettings
from loginradius_harness.tenants import TenantProvider
from tests.scripted_tenant import Sleeper

TOKEN = "0f" * 16
TO = "lrh-1-1@example.com"


def link(vtype: str) -> str:
    return f"https://hub.example.com/auth.aspx?vtype={vtype}&vtoken={TOKEN}"


@pytest.mark.parametrize(
    ("text", "kind", "token", "otp"),
    [
        (f"Hello! Click {link('emailverification')} now.", "emailverification", TOKEN, ""),
        (f'<a href="{link("reset").replace("&", "&amp;")}">Reset</a>', "forgotpassword", TOKEN, ""),
        (f"<{link('oneclicksignin')}>", "passwordlesslogin", TOKEN, ""),
        (f"<{link('autologin')}>", "smartlogin", TOKEN, ""),
        ("Your code is 042137. (c) 2026", "emailverification", "", "042137"),
        ("Code: 1234", "forgotpin", "", "1234"),
    ],
)
def test_mail_is_read(text: str, kind: str, token: str, otp: str) -> None:
    message = read(text, TO, kind)
    assert message is not None
    assert (message.token, message.otp) == (token, otp)


@pytest.mark.parametrize("text", ["Welcome!", link("reset"), "Order #123456", "https://shop.example.com/123456"])
def test_other_mail_is_passed_over(text: str) -> None:
    assert read(text, TO, "emailverification") is None


def test_repr_of_a_message_shows_neither_token_nor_code() -> None:
    shown = repr(read(link("reset"), TO, "forgotpassword")) + repr(read("Code: 424242", TO, "forgotpin"))
    assert TOKEN not in shown
    assert "424242" not in shown


class StubMailStore:
    """A store in which mail arrives during the wait."""

    def __init__(self, sleeper: Sleeper, *arrivals: tuple[float, str]) -> None:
        self._sleeper = sleeper
        self._arrivals = arrivals

    def mails(self, _to: str) -> Any:
        present = [(str(number), text) for number, (at, text) in enumerate(self._arrivals) if at <= self._sleeper.now]
        yield from reversed(present)


def polled(sleeper: Sleeper, *arrivals: tuple[float, str]) -> PolledMailbox:
    return PolledMailbox(StubMailStore(sleeper, *arrivals), 60, sleeper.sleep, sleeper.monotonic)


def test_mail_is_waited_for(sleeper: Sleeper) -> None:
    assert polled(sleeper, (7, "Code: 1234")).wait(to=TO, kind="forgotpin").otp == "1234"
    assert sleeper.now == 8


def test_newest_mail_wins_and_none_is_returned_twice(sleeper: Sleeper) -> None:
    mailbox = polled(sleeper, (0, "Code: 1111"), (0, "Code: 2222"), (30, "Code: 3333"))
    assert [mailbox.wait(to=TO, kind="forgotpin").otp for _ in range(3)] == ["2222", "1111", "3333"]


def test_mailbox_that_never_delivers_is_given_up_with_one_line(sleeper: Sleeper) -> None:
    with pytest.raises(MessageNotReceived) as caught:
        polled(sleeper).wait(to=TO, kind="forgotpin")
    assert str(caught.value) == (
        "mailbox of lrh-1-1@example.com: no forgotpin message arrived; waited 60 s. Does the tenant send mail there? "
        "Is it spam?"
    )


def test_mailpit_api_is_read() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/mail/api/v1/search":
            assert request.url.params["query"] == f'to:"{TO}"'
            return httpx.Response(200, json={"messages": [{"ID": "b"}, {"ID": "a"}]})
        html_only = request.url.path.endswith("/b")
        return httpx.Response(200, json={"HTML": "<b>Code: 2222</b>"} if html_only else {"Text": "Code: 1111"})

    shelf = MailpitStore("http://127.0.0.1:8025/mail/", httpx.MockTransport(answer))
    assert list(shelf.mails(TO)) == [("b", "<b>Code: 2222</b>"), ("a", "Code: 1111")]


@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(200, text="<html>")])
def test_mailpit_that_does_not_answer_is_named(answer: httpx.Response) -> None:
    shelf = MailpitStore("http://127.0.0.1:8025", httpx.MockTransport(lambda _: answer))
    with pytest.raises(MessageNotReceived, match="Mailpit API does not answer"):
        list(shelf.mails(TO))


class FakeImap:
    """Two mails in a folder."""

    def __init__(self, host: str, port: int) -> None:
        assert (host, port) == ("imap.example.com", 993)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        pass

    def login(self, user: str, password: str) -> None:
        if (user, password) != ("qa", "right"):
            raise imaplib.IMAP4.error("LOGIN failed")

    def select(self, folder: str, *, readonly: bool) -> None:
        assert (folder, readonly) == ("INBOX", True)

    def uid(self, command: str, *arguments: str) -> tuple[str, list[Any]]:
        if command == "SEARCH":
            assert arguments == ("TO", f'"{TO}"')
            return "OK", [b"4 9"]
        mail = EmailMessage()
        mail.set_content(f"Code: 000{arguments[0]}")
        mail.add_alternative("<b>no code</b>", subtype="html")
        return "OK", [(b"1 (BODY[]", mail.as_bytes()), b")"]


def imap(password: str) -> ImapStore:
    settings = MailboxSettings(adapter="imap", host="imap.example.com", user="qa")
    return ImapStore(settings, Secret(password), FakeImap)  # type: ignore[arg-type]  # as much of IMAP4 as is used


def test_imap_folder_is_read_newest_first() -> None:
    assert [(uid, text.strip()) for uid, text in imap("right").mails(TO)] == [("9", "Code: 0009"), ("4", "Code: 0004")]


def test_imap_that_refuses_is_named_without_the_password() -> None:
    with pytest.raises(MessageNotReceived, match=r"imap\.example\.com refuses: LOGIN failed") as caught:
        list(imap("wrong-password").mails(TO))
    assert "wrong-password" not in str(caught.value)


def test_emulator_outbox_hands_out_each_message_once(tenants: TenantProvider) -> None:
    context = tenants.create()
    person = context.journey.new_person()
    context.journey.register(person)
    first = context.mailbox.wait(to=person.email.upper(), kind="emailverification")
    context.journey.resend_confirmation(person)
    second = context.mailbox.wait(to=person.email, kind="emailverification")
    assert first.token
    assert second.token not in {"", first.token}
    assert isinstance(context.mailbox, EmulatorMailbox)
    context.close()


def test_emulator_outbox_without_message_is_given_up(tenants: TenantProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loginradius_harness.mailbox.mailbox.WAIT_SECONDS", 0)
    with pytest.raises(MessageNotReceived, match="no emailverification message arrived"):
        tenants.for_preset().mailbox.wait(to="nobody@example.com", kind="emailverification")


@pytest.mark.parametrize("kind", ["emailverification", "forgotpassword", "deleteuser"])
def test_product_makes_link_tokens_itself(tenants: TenantProvider, kind: str) -> None:
    context = tenants.for_preset()
    person = context.journey.new_person()
    context.journey.register(person)
    assert len(ApiMailbox(context.client).wait(to=person.email, kind=kind).token) == 32


def test_product_makes_codes_itself(tenants: TenantProvider) -> None:
    context = tenants.for_preset("phone-login")
    person = context.journey.new_person()
    context.journey.phones.register(person)
    assert ApiMailbox(context.client).wait(to=person.phone, kind="phoneidverification").otp.isdigit()


@pytest.mark.parametrize(
    ("to", "kind", "reason"),
    [
        (
            TO,
            "secondfactor",
            "needs a mailbox that receives secondfactor mails: set mailbox.adapter to imap or mailpit",
        ),
        (TO, "onetouchlogin", "needs a mailbox that receives onetouchlogin mails"),
        (TO, "smartlogin", "needs a mailbox that receives smartlogin mails"),
        ("+12015550100", "secondfactor", "needs a phone whose secondfactor SMS can be read: an emulator"),
    ],
)
def test_kind_that_the_api_cannot_generate_is_a_reason_to_skip(
    tenants: TenantProvider, to: str, kind: str, reason: str
) -> None:
    with pytest.raises(UnsupportedByTarget, match=reason):
        ApiMailbox(tenants.for_preset().client).wait(to=to, kind=kind)


def test_target_says_which_mailbox(tenants: TenantProvider) -> None:
    context = tenants.for_preset()
    tenant = replace(context.target, environment="staging")
    mailpit = replace(tenant, mailbox=MailboxSettings(adapter="mailpit", url="http://127.0.0.1:8025"))
    assert isinstance(select_mailbox(tenant, context.client, None), ApiMailbox)
    assert isinstance(select_mailbox(mailpit, context.client, None), ByChannel)
    with pytest.raises(ConfigurationError, match="password_env"):
        inbox(replace(tenant, mailbox=MailboxSettings(adapter="imap")))
