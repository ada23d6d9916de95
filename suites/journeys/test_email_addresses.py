"""Several e-mail addresses on one account."""

from dataclasses import replace

import pytest

from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person


@pytest.fixture
def second(journey: Journey) -> str:
    """Return an unused address."""
    return journey.new_person().email


@pytest.mark.rule("emails.added_one_waits_for_verification")
def test_added_email_is_pending_until_verified(journey: Journey, session: Session, second: str) -> None:
    journey.emails.add(session, second)
    profile = journey.profile(session)
    assert profile["UnverifiedEmail"] == [{"Type": "Secondary", "Value": second}]
    assert {"Type": "Secondary", "Value": second} not in profile["Email"]
    journey.emails.confirm(second)
    profile = journey.profile(session)
    assert profile["UnverifiedEmail"] is None
    assert {"Type": "Secondary", "Value": second} in profile["Email"]


@pytest.mark.needs("verification-required")
@pytest.mark.rule("emails.unverified_one_does_not_log_in")
def test_added_email_cannot_log_in_before_verification(
    journey: Journey, person: Person, session: Session, second: str
) -> None:
    journey.emails.add(session, second)
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND, ErrorCode.EMAIL_NOT_VERIFIED):
        journey.log_in(replace(person, email=second))
    journey.emails.confirm(second)
    assert journey.log_in(replace(person, email=second)).uid == person.uid


@pytest.mark.rule("emails.taken_one_is_refused")
def test_email_of_another_account_cannot_be_added(journey: Journey, person: Person, session: Session) -> None:
    other = journey.verified_person()
    with expect_error(ErrorCode.EMAIL_ALREADY_EXISTS):
        journey.emails.add(session, other.email)
    with expect_error(ErrorCode.EMAIL_ALREADY_EXISTS):
        journey.accounts.put_emails(person.uid, {"Secondary": other.email})


@pytest.mark.rule("emails.removed_one_is_gone")
def test_removed_email_becomes_available(journey: Journey, person: Person, session: Session, second: str) -> None:
    journey.accounts.put_emails(person.uid, {"Secondary": second})
    journey.emails.remove(session, second)
    assert journey.profile(session)["Email"] == [{"Type": "Primary", "Value": person.email}]
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        journey.log_in(replace(person, email=second))
    journey.register(replace(journey.new_person(), email=second))


@pytest.mark.rule("emails.last_one_stays")
def test_last_email_cannot_be_removed(journey: Journey, person: Person, session: Session) -> None:
    with expect_error(ErrorCode.LAST_EMAIL_NOT_REMOVABLE):
        journey.emails.remove(session, person.email)
    with expect_error(ErrorCode.LAST_EMAIL_NOT_REMOVABLE):
        journey.accounts.remove_email(person.uid, person.email)
    journey.log_in(person)


@pytest.mark.rule("emails.foreign_one_cannot_be_removed")
def test_email_of_another_account_cannot_be_removed(
    journey: Journey, person: Person, session: Session, second: str
) -> None:
    other = journey.verified_person()
    for uid, address in ((person.uid, second), (other.uid, journey.new_person().email)):
        journey.accounts.put_emails(uid, {"Secondary": address})
    with expect_error(ErrorCode.EMAIL_NOT_FOUND, ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL):
        journey.emails.remove(session, other.email)
    journey.log_in(other)


@pytest.mark.rule("emails.operator_sets_by_type")
def test_management_sets_emails_by_type(journey: Journey, control: EmulatorClient, person: Person, second: str) -> None:
    third = journey.new_person().email
    journey.accounts.put_emails(person.uid, {"Secondary": second})
    profile = journey.accounts.put_emails(person.uid, {"Secondary": third})
    assert profile["Email"] == [{"Type": "Primary", "Value": person.email}, {"Type": "Secondary", "Value": third}]
    assert [*control.outbox(to=second), *control.outbox(to=third)] == []


@pytest.mark.rule("emails.operator_removes")
def test_management_removes_an_email(journey: Journey, person: Person, second: str) -> None:
    journey.accounts.put_emails(person.uid, {"Secondary": second})
    profile = journey.accounts.remove_email(person.uid, second)
    assert profile["Email"] == [{"Type": "Primary", "Value": person.email}]
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        journey.log_in(replace(person, email=second))


@pytest.mark.rule("emails.invalidated_one_is_unverified_again")
def test_management_invalidates_email_verification(journey: Journey, person: Person) -> None:
    journey.accounts.invalidate_email(person.uid)
    assert journey.accounts.read(person.uid)["EmailVerified"] is False
    with expect_error(ErrorCode.EMAIL_INVALIDATION_NO_EMAIL_PROFILE, ErrorCode.EMAIL_INVALIDATION_NOT_VERIFIED):
        journey.accounts.invalidate_email(person.uid)
    journey.confirm_email(person)
    journey.log_in(person)


@pytest.mark.preset("phone-login")
@pytest.mark.rule("emails.invalidated_one_is_unverified_again")
def test_email_invalidation_requires_an_email(journey: Journey) -> None:
    person = journey.new_person()
    journey.phones.register(person)
    uid = journey.phones.confirm(person).uid
    with expect_error(ErrorCode.EMAIL_INVALIDATION_NO_EMAIL_PROFILE):
        journey.accounts.invalidate_email(uid)


@pytest.mark.rule("emails.next_one_becomes_primary")
@pytest.mark.parametrize("by_operator", [False, True])
def test_next_email_becomes_primary_after_removal(
    journey: Journey, person: Person, session: Session, second: str, *, by_operator: bool
) -> None:
    journey.accounts.put_emails(person.uid, {"Secondary": second})
    if by_operator:
        journey.accounts.remove_email(person.uid, person.email)
    else:
        journey.emails.remove(session, person.email)
    assert journey.profile(session)["Email"] == [{"Type": "Primary", "Value": second}]


@pytest.mark.rule("emails.operators_one_counts_as_verified")
def test_email_set_by_management_can_log_in_immediately(journey: Journey, person: Person, second: str) -> None:
    profile = journey.accounts.put_emails(person.uid, {"Secondary": second})
    assert profile["UnverifiedEmail"] is None
    assert journey.log_in(replace(person, email=second)).uid == person.uid


@pytest.mark.rule("profile.email_list_is_not_replaced")
def test_profile_update_cannot_add_an_email(journey: Journey, person: Person, session: Session, second: str) -> None:
    with expect_error(ErrorCode.EMAIL_TYPE_ALREADY_EXISTS):
        journey.update_profile(session, Email=[{"Type": "Secondary", "Value": second}])
    assert journey.profile(session)["Email"] == [{"Type": "Primary", "Value": person.email}]
