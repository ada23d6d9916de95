"""People and what is fresh."""

from uuid import uuid4

from harness import people
from harness.given import Givens, given
from harness.people import Person

# What a person is made with, where a case mentions it or its preset is about it.
_MEMBERS = ("username", "phone", "answer", "pin")
_OF_PRESET = {
    "phone-login": {"phone"},
    "mfa-phone-login": {"phone"},
    "username-login": {"username"},
    "mfa-username-login": {"username"},
    "security-questions": {"answer"},
    "pin": {"pin"},
    "pin-otp": {"pin"},
}


@given("person")
def person(givens: Givens) -> Person:
    """A registered and verified person, with the identifiers and secrets that the case mentions."""
    return _create(givens, "person")


@given("other")
def other(givens: Givens) -> Person:
    """A second one."""
    return _create(givens, "other")


def _create(givens: Givens, name: str) -> Person:
    having = {member for member in _MEMBERS if f"{name}.{member}" in givens.wanted}
    having |= _OF_PRESET.get(givens.preset, set())
    if f"{name}.question_id" in givens.wanted:
        having.add("answer")
    if "pin_auth_token" in givens.wanted:
        having.discard("pin")
    return givens.journey.somebody(*sorted(having))


@given("question_id")
def question_id(givens: Givens) -> str:
    """The first security question that the tenant asks."""
    return givens.journey.question_id


given("person.question_id")(lambda givens: givens.value("question_id"))
given("other.question_id")(lambda givens: givens.value("question_id"))


@given("unverified")
def unverified(givens: Givens) -> Person:
    """A registered person who has not verified the address or, where the case mentions it, the number."""
    somebody = givens.journey.new_person()
    if givens.wanted & {"unverified.phone", "unverified.sms_otp"}:
        givens.journey.phones.register(somebody)
    else:
        givens.journey.register(somebody)
    return somebody


@given("unverified.token", needs=["unverified"])
def unverified_token(givens: Givens) -> str:
    """From the link of the verification mail."""
    return givens.journey.mailbox.wait(to=givens.value("unverified").email, kind="emailverification").token


@given("unverified.email_otp", needs=["unverified"])
def unverified_email_otp(givens: Givens) -> str:
    """The code of the verification mail."""
    return givens.journey.mailbox.wait(to=givens.value("unverified").email, kind="emailverification").otp


@given("second_email", needs=["person"])
def second_email(givens: Givens) -> str:
    """Another address of the person; the server side may set it, and then it counts as verified."""
    address = str(givens.value("fresh.email"))
    body = {"Email": [{"Type": "Secondary", "Value": address}]}
    path = {"uid": givens.value("person").uid}
    givens.client.call("account.upsert_email_by_uid", path=path, body=body).must_succeed()
    return address


@given("captcha")
def captcha(givens: Givens) -> str:
    """A captcha answer that an emulator is told to take."""
    return str(givens.emulator_setting("captcha_pass", "a right captcha answer"))


given("fresh.email")(lambda givens: givens.journey.new_person().email)
given("fresh.phone")(lambda _: people.new_phone())
given("fresh.username")(lambda givens: givens.journey.new_person().username)
given("fresh.password")(lambda _: people.new_password())
given("fresh.pin")(lambda givens: givens.journey.new_person().pin)
given("fresh.guid")(lambda _: str(uuid4()))
given("fresh.uid")(lambda _: f"lrh-{uuid4().hex}")
given("fresh.name")(lambda _: f"lrh-{uuid4().hex[:12]}")
