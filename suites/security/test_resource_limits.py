"""Rows 64 and 65: limits of one request, and duplicate accounts."""

from collections.abc import Iterator
from itertools import count

import httpx
import pytest

from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.checks.security.login_attempts import is_refused, log_in
from loginradius_harness.checks.support.concurrency import count_successes, repeat_concurrently
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.contracts import api_operations
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

TAKEN = (ErrorCode.EMAIL_ALREADY_EXISTS, ErrorCode.USERNAME_ALREADY_EXISTS, ErrorCode.PHONE_ALREADY_EXISTS)
MOST_IN_A_PAGE = 50
LONGEST_CUSTOM_VALUE = 1_000
ABSURD = ("-1", "0", "999999999999", "9" * 400, "1e9", "NaN", "0x10", "१", "", " ")

NUMBERS = [
    pytest.param(operation, id=operation.id)
    for operation in api_operations()
    if any(member.get("type") == "integer" for member in (operation.query or {}).get("properties", {}).values())
]


@pytest.mark.parametrize("operation", NUMBERS)
@pytest.mark.security(64, "API4:2023")
@pytest.mark.rule("limits.numbers_in_requests_are_bounded")
def test_extreme_numbers_are_refused_cleanly(prepared_request: PreparedRequest) -> None:
    names = [
        name
        for name, member in prepared_request.operation.query["properties"].items()
        if member.get("type") == "integer"
    ]
    for name in names:
        for number in ABSURD:
            reply = prepared_request.send(query={**prepared_request.query, name: number}, check=False)
            assert not httpx.codes.is_server_error(reply.status), f"{name}={number[:20]}: {reply.status}"
            assert not isinstance(reply.data, list) or len(reply.data) <= MOST_IN_A_PAGE


@pytest.mark.security(64, "API4:2023")
@pytest.mark.rule("registration_data.page_has_at_most_50")
@pytest.mark.parametrize("limit", [None, 51, 1_000, 2**31 - 1])
def test_page_size_is_limited(journey: Journey, person: Person, limit: int | None) -> None:
    kind = f"lrh-{person.uid[:12]}"
    records = [{"type": kind, "key": f"key-{number}", "value": "x", "isactive": True} for number in range(60)]
    journey.client.call("registration_data.add", body={"Data": records}).must_succeed()
    reply = journey.client.call("registration_data.list", path={"type": kind}, query={"skip": 0, "limit": limit})
    assert not reply.ok or len(reply.data) <= MOST_IN_A_PAGE


@pytest.mark.security(64, "API4:2023")
@pytest.mark.rule("limits.custom_values_are_bounded")
def test_custom_field_size_is_limited(journey: Journey, session: Session) -> None:
    body = {"CustomFields": {"note": "x" * (LONGEST_CUSTOM_VALUE + 1)}}
    assert not journey.client.call("authentication.update_profile", token=session.token, body=body).ok


@pytest.mark.parametrize("operation", ["authentication.register_by_email", "account.create_account"])
@pytest.mark.security(65, "ASVS 5.0 2.3.3", "ASVS 5.0 2.3.4")
@pytest.mark.rule("registration.parallel_registrations_make_one_account")
@pytest.mark.usefixtures("requires_private_tenant")
def test_concurrent_registrations_of_one_email_create_one_account(journey: Journey, operation: str) -> None:
    person = journey.new_person()
    body = {"Email": [{"Type": "Primary", "Value": person.email}], "Password": person.password}
    replies = repeat_concurrently(lambda: journey.client.call(operation, body=body))
    assert sum(reply.ok for reply in replies) == 1
    assert {reply.error_code for reply in replies} <= {None, *TAKEN}
    found = journey.client.call("account.get_account_identities_by_email", query={"email": person.email})
    assert len(found.must_succeed().data["Data"]) == 1


@pytest.mark.preset("strict-security", sott_single_use=True)
@pytest.mark.security(65, "ASVS 5.0 2.3.4", "ASVS 5.0 6.5.1")
@pytest.mark.rule("sott.strict_one_serves_once")
@pytest.mark.usefixtures("requires_private_tenant")
def test_concurrent_use_of_one_sott_creates_one_account(journey: Journey) -> None:
    sott = journey.client.call("sott.generate_sott").must_succeed().data["Sott"]

    def sign_up() -> ApiResponse:
        body = {"Email": [_primary(journey.new_person().email)], "Password": new_password()}
        return journey.client.call("authentication.register_by_email", body=body, credentials={"sott": sott})

    assert count_successes(sign_up) == 1


@pytest.mark.security(65, "ASVS 5.0 2.3.3")
@pytest.mark.rule("registration.address_in_other_case_is_taken")
def test_email_is_case_insensitive(journey: Journey, person: Person) -> None:
    shouted = person.email.upper().replace("@EXAMPLE.COM", "@example.com")
    for address in (shouted, person.email.upper(), person.email.capitalize()):
        assert is_refused(lambda address=address: journey.register(person, Email=[_primary(address)]))  # type: ignore[misc]  # bound at once


def _primary(address: str) -> dict[str, str]:
    return {"Type": "Primary", "Value": address}


@pytest.mark.preset("strict-security", mfa="disabled")
@pytest.mark.security(65, "ASVS 5.0 2.3.3")
@pytest.mark.rule("one_touch.known_address_keeps_its_account")
def test_one_touch_login_creates_no_second_account(journey: Journey, person: Person) -> None:
    guid = journey.passwordless.begin_one_touch(person.email)
    journey.passwordless.open_one_touch(person.email)
    assert journey.profile(journey.passwordless.ping_one_touch(guid))["Uid"] == person.uid


@pytest.mark.security(65, "ASVS 5.0 2.3.4")
@pytest.mark.rule("custom_objects.parallel_updates_lose_nothing")
@pytest.mark.usefixtures("requires_private_tenant")
def test_concurrent_updates_all_persist(journey: Journey, person: Person) -> None:
    query = {"objectName": journey.client.target.custom_object}
    call, session = journey.client.call, log_in(journey, person)
    made = call("custom_object.create_by_token", token=session.token, query=query, body={"start": 0}).must_succeed()
    path, numbers = {"object_record_id": made.data["Id"]}, numbered()

    def update() -> ApiResponse:
        body = {f"member-{next(numbers)}": True}
        more = {**query, "updateType": "partialreplace"}
        return call("custom_object.update_by_token", token=session.token, path=path, query=more, body=body)

    written = sum(reply.ok for reply in repeat_concurrently(update))
    kept = call("custom_object.get_by_record_id_and_token", token=session.token, path=path, query=query)
    assert len(kept.must_succeed().data["CustomObject"]) == written + 1


def numbered() -> Iterator[int]:
    """Yield numbers that are unique across threads."""
    return count()


@pytest.mark.security(65, "ASVS 5.0 2.3.3")
@pytest.mark.rule("registration.parallel_registrations_make_one_account")
def test_repeated_registration_changes_nothing(journey: Journey, person: Person) -> None:
    body = {"Email": [_primary(person.email)], "Password": new_password()}
    journey.client.call("authentication.register_by_email", body=body).must_be_refused(*TAKEN)
    log_in(journey, person)
