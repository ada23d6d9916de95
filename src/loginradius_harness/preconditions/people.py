"""People and what is fresh."""

from uuid import uuid4

from loginradius_harness.journey import people
from loginradius_harness.journey.people import Person
from loginradius_harness.preconditions.registry import Preconditions, precondition

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


@precondition("person")
def person(givens: Preconditions) -> Person:
    """A registered and verified person, with the identifiers and secrets that the case mentions."""
    return _create(givens, "person")


@precondition("other")
def other(givens: Preconditions) -> Person:
    """A second one."""
    return _create(givens, "other")


def _create(givens: Preconditions, name: str) -> Person:
    having = {member for member in _MEMBERS if f"{name}.{member}" in givens.wanted}
    having |= _OF_PRESET.get(givens.preset, set())
    if f"{name}.question_id" in givens.wanted:
        having.add("answer")
    if "pin_auth_token" in givens.wanted:
        having.discard("pin")
    return givens.journey.verified_person(*sorted(having))


@precondition("question_id")
def question_id(givens: Preconditions) -> str:
    """The first security question that the tenant asks."""
    return givens.journey.question_id


precondition("person.question_id")(lambda givens: givens.value("question_id"))
precondition("other.question_id")(lambda givens: givens.value("question_id"))


@precondition("unverified")
def unverified(givens: Preconditions) -> Person:
    """A registered person who has not verified the address or, where the case mentions it, the number."""
    somebody = givens.journey.new_person()
    if givens.wanted & {"unverified.phone", "unverified.sms_otp"}:
        givens.journey.phones.register(somebody)
    else:
        givens.journey.register(somebody)
    return somebody


@precondition("unverified.token", needs=["unverified"])
def unverified_token(givens: Preconditions) -> str:
    """From the link of the verification mail."""
    return givens.journey.mailbox.wait(to=givens.value("unverified").email, kind="emailverification").token


@precondition("unverified.email_otp", needs=["unverified"])
def unverified_email_otp(givens: Preconditions) -> str:
    """The code of the verification mail."""
    return givens.journey.mailbox.wait(to=givens.value("unverified").email, kind="emailverification").otp


@precondition("second_email", needs=["person"])
def second_email(givens: Preconditions) -> str:
    """Another address of the person; the server side may set it, and then it counts as verified."""
    address = str(givens.value("fresh.email"))
    body = {"Email": [{"Type": "Secondary", "Value": address}]}
    path = {"uid": givens.value("person").uid}
    givens.client.call("account.upsert_email_by_uid", path=path, body=body).must_succeed()
    return address


@precondition("captcha")
def captcha(givens: Preconditions) -> str:
    """A captcha answer that an emulator is told to take."""
    return str(givens.emulator_setting("captcha_pass", "a right captcha answer"))


precondition("fresh.email")(lambda givens: givens.journey.new_person().email)
precondition("fresh.phone")(lambda _: people.new_phone())
precondition("fresh.username")(lambda givens: givens.journey.new_person().username)
precondition("fresh.password")(lambda _: people.new_password())
precondition("fresh.pin")(lambda givens: givens.journey.new_person().pin)
precondition("fresh.guid")(lambda _: str(uuid4()))
precondition("fresh.uid")(lambda _: f"lrh-{uuid4().hex}")
precondition("fresh.name")(lambda _: f"lrh-{uuid4().hex[:12]}")
