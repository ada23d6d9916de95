"""Links in mails: where they lead, their purpose and their lifetime."""

import contextlib
from itertools import product
from urllib.parse import parse_qs, urlsplit

import pytest

from loginradius_harness.checks.support.link_flows import (
    DELETION,
    LINKS,
    ONE_TOUCH,
    PASSWORDLESS,
    PIN_RESET,
    RESET,
    SMART_LOGIN,
    VERIFICATION,
    Link,
    recipient_of,
)
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import Refused, expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

OWN, FOREIGN = "https://app.example.com/welcome", "https://evil.example.org/welcome"
UNFIT = (
    ErrorCode.VERIFICATION_LINK_INVALID,
    ErrorCode.LINK_ALREADY_USED,
    ErrorCode.LINK_EXPIRED,
    ErrorCode.LINK_EXPIRED_OR_USED,
    ErrorCode.PASSWORDLESS_LOGIN_LINK_ALREADY_USED,
    ErrorCode.VERIFICATION_TOKEN_INVALID,
    ErrorCode.DELETION_TOKEN_INVALID,
    ErrorCode.SMART_LOGIN_LINK_ALREADY_USED,
    ErrorCode.SMART_LOGIN_LINK_ALREADY_VERIFIED,
    ErrorCode.CLIENT_GUID_INVALID,
    ErrorCode.ONE_TOUCH_LOGIN_LINK_ALREADY_USED,
    ErrorCode.PIN_RESET_LINK_ALREADY_USED,
)  # error codes of a wrong link token

URLS = {  # operation -> parameter with the URL of its link, purpose of the link
    "authentication.resend_email_verification": ("verificationUrl", VERIFICATION),
    "authentication.forgot_password": ("resetPasswordUrl", RESET),
    "authentication.request_account_deletion": ("deleteUrl", DELETION),
    "pin.forgot_by_email": ("resetPINUrl", PIN_RESET),
}


def each_link(*links: Link) -> pytest.MarkDecorator:
    """Run the test for each of these links."""
    return pytest.mark.parametrize("link", [pytest.param(link, id=link.kind) for link in links])


def mailed(journey: Journey, person: Person, operation: str, **headers: str) -> str:
    """Return the URL of the link in a new mail."""
    return mailed_to(journey, person, operation, None, **headers)


def mailed_to(journey: Journey, person: Person, operation: str, url: str | None, **headers: str) -> str:
    """Return the URL of the link in a new mail, where the application names a URL."""
    parameter, link = URLS[operation]
    token = journey.accounts.log_in(person).token
    body, query = {"email": person.email}, {parameter: url}
    journey.client.call(operation, token=token, query=query, body=body, headers=headers).must_succeed()
    return journey.mailbox.wait(to=person.email, kind=link.kind).link


@each_link(*LINKS)
@pytest.mark.preset("default", pin=True)
@pytest.mark.rule("links.name_their_purpose")
def test_link_carries_its_purpose(journey: Journey, link: Link) -> None:
    person = recipient_of(journey, link)
    link.ask(journey, person)
    mail = journey.mailbox.wait(to=person.email, kind=link.kind)
    assert parse_qs(urlsplit(mail.link).query) == {"vtype": [link.vtype], "vtoken": [mail.token]}


@pytest.mark.preset("pin", reset_url="https://own.example.com/reset", verification_url="https://own.example.com/verify")
@pytest.mark.rule("links.lead_to_the_given_url")
@pytest.mark.parametrize("operation", URLS)
def test_link_uses_the_requested_url(journey: Journey, operation: str) -> None:
    person = recipient_of(journey, URLS[operation][1])
    assert mailed_to(journey, person, operation, OWN).startswith(f"{OWN}?vtype=")
    own = "reset" if URLS[operation][1] in {RESET, PIN_RESET} else "verify"
    assert mailed_to(journey, person, operation, None).startswith(f"https://own.example.com/{own}?vtype=")


@pytest.mark.preset("pin", allowed_urls=["https://app.example.com/"])
@pytest.mark.rule("links.foreign_url_is_refused")
@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("authentication.resend_email_verification", ErrorCode.VERIFICATION_URL_NOT_ALLOWED),
        ("pin.forgot_by_email", ErrorCode.PIN_RESET_URL_NOT_ALLOWED),
    ],
)
def test_link_to_a_foreign_url_is_refused(journey: Journey, control: EmulatorClient, operation: str, code: int) -> None:
    person = recipient_of(journey, URLS[operation][1])
    with expect_error(code):
        mailed_to(journey, person, operation, FOREIGN)
    assert control.outbox(to=person.email) == []
    assert mailed_to(journey, person, operation, OWN).startswith(OWN)


@pytest.mark.preset("default", allowed_urls=["https://app.example.com/"])
@pytest.mark.rule("links.foreign_reset_url_is_not_mailed")
def test_reset_link_to_a_foreign_url_is_refused(journey: Journey, control: EmulatorClient, person: Person) -> None:
    operation = "authentication.forgot_password"
    with contextlib.suppress(Refused):
        mailed_to(journey, person, operation, FOREIGN)
    assert not [mail for mail in control.outbox(to=person.email) if str(mail["link"]).startswith(FOREIGN)]
    assert mailed_to(journey, person, operation, OWN).startswith(OWN)


@pytest.mark.rule("links.host_header_is_ignored")
@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
@pytest.mark.parametrize("operation", ["authentication.forgot_password", "authentication.resend_email_verification"])
def test_link_ignores_forged_host_header(journey: Journey, operation: str, header: str) -> None:
    person = recipient_of(journey, URLS[operation][1])
    usual = mailed(journey, person, operation).partition("?")[0]
    assert mailed(journey, person, operation, **{header: "evil.example.org"}).partition("?")[0] == usual


@each_link(PASSWORDLESS, SMART_LOGIN, ONE_TOUCH, DELETION, PIN_RESET)
@pytest.mark.preset("default", pin=True, link_seconds=3_600, delete_seconds=3_600)
@pytest.mark.rule("links.expire")
def test_expired_link_is_refused(journey: Journey, link: Link) -> None:
    people = [recipient_of(journey, link) for _ in range(2)]
    tokens = [link.token(journey, person) for person in people]
    journey.let_time_pass(3_500)
    link.open(journey, people[0], tokens[0])
    journey.let_time_pass(120)
    with expect_error(*UNFIT):
        link.open(journey, people[1], tokens[1])


@pytest.mark.parametrize(
    ("link", "other"),
    [
        pytest.param(link, other, id=f"{link.kind}, not {other.kind}")
        for link, other in product(LINKS, repeat=2)
        # legacy clients open both kinds of links under one path (product-facts.md#contradictions)
        if link is not other and {link, other} != {SMART_LOGIN, ONE_TOUCH}
    ],
)
@pytest.mark.preset("default", pin=True)
@pytest.mark.rule("links.serve_one_purpose")
def test_link_works_for_its_purpose_only(journey: Journey, link: Link, other: Link) -> None:
    person = recipient_of(journey, link)
    token = link.token(journey, person)
    with expect_error(*UNFIT):
        other.open(journey, person, token)
    link.open(journey, person, token)


@each_link(VERIFICATION, RESET, PASSWORDLESS)
@pytest.mark.rule("links.newer_one_ends_the_older")
def test_newer_link_invalidates_the_older(journey: Journey, link: Link) -> None:
    person = recipient_of(journey, link)
    older, newer = link.token(journey, person), link.token(journey, person)
    with expect_error(*UNFIT):
        link.open(journey, person, older)
    link.open(journey, person, newer)
