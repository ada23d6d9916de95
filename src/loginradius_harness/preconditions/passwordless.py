"""Logins by link or code that have been started."""

from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("passwordless.token", needs=["person"])
def passwordless_token(preconditions: Preconditions) -> str:
    """Return the token of a passwordless mail."""
    preconditions.journey.passwordless.ask_for_link(preconditions.value("person"))
    return preconditions.journey.mailbox.wait(to=preconditions.value("person").email, kind="passwordlesslogin").token


@precondition("passwordless.email_otp", needs=["person"])
def passwordless_email_otp(preconditions: Preconditions) -> str:
    """Return the code of a passwordless mail."""
    preconditions.journey.passwordless.ask_for_link(preconditions.value("person"))
    return preconditions.journey.mailbox.wait(to=preconditions.value("person").email, kind="passwordlesslogin").otp


@precondition("passwordless.sms_otp", needs=["person.phone"])
def passwordless_sms_otp(preconditions: Preconditions) -> str:
    """Return the code of a passwordless SMS."""
    preconditions.journey.passwordless.ask_for_sms(preconditions.value("person"))
    return preconditions.journey.mailbox.wait(to=preconditions.value("person").phone, kind="passwordlesslogin").otp


@precondition("smart_login.token", needs=["person"])
def smart_login_token(preconditions: Preconditions) -> str:
    """Return the token of a smart login mail."""
    preconditions.journey.passwordless.begin_smart_login(preconditions.value("person"))
    return preconditions.journey.mailbox.wait(to=preconditions.value("person").email, kind="smartlogin").token


@precondition("smart_login.verified_guid", needs=["person"])
def smart_login_verified_guid(preconditions: Preconditions) -> str:
    """Return the client GUID of a smart login whose link was followed."""
    guid = preconditions.journey.passwordless.begin_smart_login(preconditions.value("person"))
    preconditions.journey.passwordless.open_smart_login(preconditions.value("person"))
    return guid


@precondition("one_touch.token", needs=["fresh.email"])
def one_touch_token(preconditions: Preconditions) -> str:
    """Return the token of a one touch mail."""
    preconditions.journey.passwordless.begin_one_touch(preconditions.value("fresh.email"))
    return preconditions.journey.mailbox.wait(to=preconditions.value("fresh.email"), kind="onetouchlogin").token


@precondition("one_touch.verified_guid", needs=["fresh.email"])
def one_touch_verified_guid(preconditions: Preconditions) -> str:
    """Return the client GUID of a one touch login whose link was followed."""
    guid = preconditions.journey.passwordless.begin_one_touch(preconditions.value("fresh.email"))
    preconditions.journey.passwordless.open_one_touch(preconditions.value("fresh.email"))
    return guid


@precondition("one_touch.otp", needs=["fresh.phone"])
def one_touch_otp(preconditions: Preconditions) -> str:
    """Return the code of a one touch SMS."""
    preconditions.journey.passwordless.begin_one_touch_by_phone(preconditions.value("fresh.phone"))
    return preconditions.journey.mailbox.wait(to=preconditions.value("fresh.phone"), kind="onetouchlogin").otp
