"""A member that the contract does not know is drift wherever it stands, and never breaks a promise."""

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.contract_mutation.samples import samples
from loginradius_harness import contracts
from loginradius_harness.contracts import Operation, reference_data

Json = Any
Pointer = tuple[str | int, ...]
# Objects with names of the caller's choice, or of a form that no source shows: any member is known there.
OPEN = frozenset(
    "ApiRequestSigningConfig CloudApiErrorResponse CustomFields CustomMapping CustomObject FavoriteThings Headers"
    " IDPCertificate Metadata Permissions SPCertificate ProfileImageUrls QueryParams RegistrationData WebProfiles"
    " Consents LastAcceptedConsentVersion SessionsLimit aggregations jwks"
    " Attributes IntegrationConfigs KnownLoginVariables user_agent AWSsettings AndroidSettings IOSsettings"
    " AppleSecretConfiguration AudienceScopes BackChannelLogout Connections DataMap Mapping QueryParam".split()
)
FORMLESS = {"social_data.get_activity"}  # operations whose answer has members that no source names, as raw answers have
PROMISING = [one for one in contracts.operations() if one.id not in FORMLESS and not one.name.endswith("_raw")]
NAMES = st.from_regex(r"\Ax_[A-Za-z]{1,12}\Z")
VALUES: st.SearchStrategy[Json] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({"Name": "x"})
)


def objects(value: Json, at: Pointer = ()) -> Iterator[Pointer]:
    """Yield the pointer to every object of a JSON value."""
    if isinstance(value, dict):
        yield at
        for name, member in value.items():
            yield from objects(member, (*at, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from objects(item, (*at, number))


def with_member(value: Json, at: Pointer, name: str, member: Json) -> Json:
    """Return a copy with one more member in the object at a pointer."""
    copy = deepcopy(value)
    place = copy
    for step in at:
        place = place[step]
    place[name] = member
    return copy


class Answer(NamedTuple):
    """A valid answer; `focus` is where it differs from those before it."""

    status: int
    value: Json
    focus: Pointer


@cache
def answers(operation_id: str) -> list[Answer]:
    """Return valid answers of an operation: successes, and at last a refusal."""
    operation = contracts.get(operation_id)
    shared = reference_data.shared_schemas()
    found = [
        Answer(status, sample.value, sample.focus)
        for status, schema in operation.responses.items()
        for sample in samples(schema, shared)
    ]
    if operation.protocol == "oauth":
        error = operation.oauth_errors[0]
        (refusal, *_) = samples({"$ref": "oauth_error.json"}, shared)
        return [*found, Answer(reference_data.oauth_errors()[error].statuses[0], {**refusal.value, "error": error}, ())]
    code = min(operation.codes)
    (refusal, *_) = samples({"$ref": "error.json"}, shared)
    return [*found, Answer(reference_data.error_definitions()[code].status, {**refusal.value, "ErrorCode": code}, ())]


def by_response() -> list[Operation]:
    """Return one operation for each kind of response."""
    return list({json.dumps(list(operation.responses.values())): operation for operation in PROMISING}.values())


def is_open(value: Json, at: Pointer) -> bool:
    """Whether any name is known in an object: it stands in a free map, or in the data of a refusal."""
    refused = isinstance(value, dict) and "ErrorCode" in value
    return any(step in OPEN for step in at) or (refused and at[:1] == ("Data",))


@pytest.mark.parametrize("operation", by_response(), ids=lambda operation: operation.id)
def test_unknown_member_at_every_object_is_drift(operation: Operation) -> None:
    for status, answer, focus in answers(operation.id):
        for at in objects(answer):
            if at[: len(focus)] == focus and not is_open(answer, at):
                found = operation.check(status, with_member(answer, at, "unknownMember", "text"))
                assert {violation.kind for violation in found} == {"drift"}, at


@settings(deadline=None)
@given(data=st.data(), name=NAMES, member=VALUES)
def test_unknown_member_of_any_name_and_value_is_drift(data: st.DataObject, name: str, member: Json) -> None:
    operation = data.draw(st.sampled_from(PROMISING))
    status, answer, _ = data.draw(st.sampled_from(answers(operation.id)))
    if places := [at for at in objects(answer) if not is_open(answer, at)]:
        found = operation.check(status, with_member(answer, data.draw(st.sampled_from(places)), name, member))
        assert {violation.kind for violation in found} == {"drift"}
