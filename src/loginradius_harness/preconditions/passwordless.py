"""Log-ins by link or code, on the way."""

from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("passwordless.token", needs=["person"])
def passwordless_token(givens: Preconditions) -> str:
    """From the link of a passwordless mail."""
    givens.journey.passwordless.ask_for_link(givens.value("person"))
    return givens.journey.mailbox.wait(to=givens.value("person").email, kind="passwordlesslogin").token


@precondition("passwordless.email_otp", needs=["person"])
def passwordless_email_otp(givens: Preconditions) -> str:
    """The code of a passwordless mail."""
    givens.journey.passwordless.ask_for_link(givens.value("person"))
    return givens.journey.mailbox.wait(to=givens.value("person").email, kind="passwordlesslogin").otp


@precondition("passwordless.sms_otp", needs=["person.phone"])
def passwordless_sms_otp(givens: Preconditions) -> str:
    """The code of a passwordless SMS."""
    givens.journey.passwordless.ask_for_sms(givens.value("person"))
    return givens.journey.mailbox.wait(to=givens.value("person").phone, kind="passwordlesslogin").otp


@precondition("smart_login.token", needs=["person"])
def smart_login_token(givens: Preconditions) -> str:
    """From the link of a smart login mail."""
    givens.journey.passwordless.begin_smart_login(givens.value("person"))
    return givens.journey.mailbox.wait(to=givens.value("person").email, kind="smartlogin").token


@precondition("smart_login.verified_guid", needs=["person"])
def smart_login_verified_guid(givens: Preconditions) -> str:
    """Of a smart login whose link was opened."""
    guid = givens.journey.passwordless.begin_smart_login(givens.value("person"))
    givens.journey.passwordless.open_smart_login(givens.value("person"))
    return guid


@precondition("one_touch.token", needs=["fresh.email"])
def one_touch_token(givens: Preconditions) -> str:
    """From the link of a one touch mail."""
    givens.journey.passwordless.begin_one_touch(givens.value("fresh.email"))
    return givens.journey.mailbox.wait(to=givens.value("fresh.email"), kind="onetouchlogin").token


@precondition("one_touch.verified_guid", needs=["fresh.email"])
def one_touch_verified_guid(givens: Preconditions) -> str:
    """Of a one touch login whose link was opened."""
    guid = givens.journey.passwordless.begin_one_touch(givens.value("fresh.email"))
    givens.journey.passwordless.open_one_touch(givens.value("fresh.email"))
    return guid


@precondition("one_touch.otp", needs=["fresh.phone"])
def one_touch_otp(givens: Preconditions) -> str:
    """The code of a one touch SMS."""
    givens.journey.passwordless.begin_one_touch_by_phone(givens.value("fresh.phone"))
    return givens.journey.mailbox.wait(to=givens.value("fresh.phone"), kind="onetouchlogin").otp
