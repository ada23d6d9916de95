"""The directory: the query language, its pages and figures."""

from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.services.directory.insights import figure
from loginradius_harness.emulator.services.directory.query import matches
from loginradius_harness.emulator.services.directory.values import terms, values
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member

Json = Any

PERIOD = {"from": "2000-01-01", "to": "2900-01-01"}
ROW = {
    "Uid": "a1",
    "Age": "33",
    "Roles": ["Admin", "QA"],
    "Gender": None,
    "UserName": "007",
    "NoOfLogins": 7,
    "EmailVerified": True,
    "BirthDate": "10-12-1985",
    "CreatedDate": "2020-02-29T13:00:00.0000000Z",
    "Email": [{"Type": "Primary", "Value": "ada@example.com"}, {"Type": "Work", "Value": "ada@work.example"}],
    "Interests": [],
    "Empty": "",
}


def fits(name: str, operator: str, *value: Json) -> bool:
    rule = {"name": name, "operator": operator, **({"value": value[0]} if value else {})}
    return matches({"group": {"operator": "AND", "rules": [rule]}}, ROW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i_am-identity@api's", {"i_am", "identity", "api's"}),
        ("i am 100 identity@api$s.", {"i", "am", "100", "identity", "api", "s"}),
        ("https://cloud-api.example.com/identity?a=1", {"https", "cloud", "api.example.com", "identity", "a", "1"}),
    ],
)
def test_text_has_the_documented_terms(text: str, expected: set[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    "rule",
    [
        ("uid", "=", "a1"),
        ("UID", "!=", "a2"),
        ("Age", "=", 33),
        ("Age", "BETWEEN", [33, 33]),
        ("NoOfLogins", ">=", 7),
        ("NoOfLogins", "<", 10**400),
        ("Roles", "=", "QA"),
        ("Roles", "!=", "Business"),
        ("UserName", "=", "007"),
        ("EmailVerified", "=", True),
        ("Email.Value", "=", "ada@work.example"),
        ("Email.Value", "Contains", "WORK.example"),
        ("Email.Value", "Not_Contains", "unknown"),
        ("BirthDate", "=", "1985-10-12"),
        ("BirthDate", "<", "10-13-1985"),
        ("CreatedDate", "=", "2020-02-29"),
        ("CreatedDate", "<=", "2020-02-29"),
        ("CreatedDate", ">=", "2020-02-29"),
        ("CreatedDate", "=", "2020-02-29T13:00:00Z"),
        ("CreatedDate", ">", "2020-02-29T12:59:59Z"),
        ("Empty", "EXISTS"),
        ("Gender", "NOT_EXISTS"),
        ("Interests", "NOT_EXISTS"),
        ("Unknown.Member", "NOT_EXISTS"),
        ("Gender", "!=", "F"),
    ],
)
def test_rule_fits(rule: tuple[Json, ...]) -> None:
    assert fits(*rule)


@pytest.mark.parametrize(
    "rule",
    [
        ("Uid", "=", "A1"),
        ("UserName", "=", "7"),
        ("NoOfLogins", "=", True),
        ("Age", "=", 10**400),
        ("EmailVerified", "=", 1),
        ("Age", ">", 33),
        ("Age", "BETWEEN", [34, 50]),
        ("Gender", "EXISTS"),
        ("Gender", "=", "F"),
        ("Roles", "!=", "QA"),
        ("CreatedDate", ">", "2020-02-29"),
        ("CreatedDate", "<", "2020-02-29"),
        ("CreatedDate", "!=", "2020-02-29"),
        ("Uid", ">", "a0"),
        ("Email.Value", "Contains", "exampl"),
        ("Email", "=", "ada@work.example"),
    ],
)
def test_rule_does_not_fit(rule: tuple[Json, ...]) -> None:
    assert not fits(*rule)


def test_empty_query_and_empty_group_fit_every_row() -> None:
    assert matches({}, ROW)
    assert matches({"group": {"operator": "OR", "rules": []}}, ROW)


def figures(field: str, kind: str, rows: list[Json], **more: Json) -> Json:
    return figure({"field": field, "type": kind, **more}, rows)


def test_groups_count_each_value() -> None:
    rows = [{"Gender": "F"}, {"Gender": "F"}, {"Gender": "M"}, {"Gender": None}]
    assert figures("Gender", "Group", rows) == {"F": 2, "M": 1}
    assert figures("Hireable", "GROUP", [{"Hireable": True}, {"Hireable": False}]) == {"true": 1, "false": 1}


def test_numbers_are_computed_and_counted() -> None:
    rows = [{"Age": age} for age in ("9", "10", "29", None, "unknown")]
    assert [figures("Age", kind, rows) for kind in ("avg", "SUM", "Min", "MAX")] == [16, 48, 9, 29]
    ranges = {"young": {"to": 10}, "middle": {"from": 10, "to": 29}, "all": {}}
    assert figures("Age", "RANGE", rows, ranges=ranges) == {"young": 1, "middle": 1, "all": 3}
    assert figures("Age", "histogram", rows, interval=10) == {"0": 1, "10": 1, "20": 1}
    assert figures("Age", "AVG", [{"Age": None}]) is None


@pytest.mark.parametrize(
    ("interval", "begin"),
    [
        ("year", "2020-01-01T00:00:00"),
        ("quarter", "2020-04-01T00:00:00"),
        ("MONTH", "2020-05-01T00:00:00"),
        ("week", "2020-05-25T00:00:00"),
        ("day", "2020-05-31T00:00:00"),
        ("hour", "2020-05-31T13:00:00"),
        ("minute", "2020-05-31T13:14:00"),
        ("second", "2020-05-31T13:14:15"),
    ],
)
def test_dates_are_counted_by_interval(interval: str, begin: str) -> None:
    rows = [{"CreatedDate": "2020-05-31T13:14:15.6780000Z"}]
    assert figures("CreatedDate", "datehistogram", rows, interval=interval) == {f"{begin}.0000000Z": 1}


def test_birth_dates_have_ranges_and_a_first() -> None:
    rows = [{"BirthDate": "10-12-1985"}, {"BirthDate": "01-02-1990"}]
    ranges = {"eighties": {"from": "1980-01-01", "to": "1990-01-01"}}
    assert figures("BirthDate", "DATERANGE", rows, ranges=ranges) == {"eighties": 1}
    assert figures("BirthDate", "MIN", rows) == "1985-10-12T00:00:00.0000000Z"


def test_values_are_found_in_lists_of_lists() -> None:
    assert values({"a": [{"b": [1, [2, None]]}, {"b": 3}, 4]}, "A.B") == [1, 2, 3]


def test_query_finds_the_user_and_shows_no_secret(ask: Ask, person: Member) -> None:
    rule = {"name": "Email.Value", "operator": "=", "value": person.email}
    answer = ask("directory.query_identities", body={**PERIOD, "q": {"group": {"rules": [rule]}}}).data
    (row,) = answer["data"]
    assert (answer["total"], row["Uid"], row["LastLoginDate"]) == (1, person.uid, "0001-01-01T00:00:00.000Z")
    assert not {"Password", "PIN", "Identities"} & row.keys()


@pytest.mark.usefixtures("person")
def test_pages_end_with_an_empty_one_and_belong_to_their_call(ask: Ask, tenant: Tenant) -> None:
    following = ask("directory.query_identities", body=PERIOD).data["next"]
    last = ask("directory.list_identities", query={"next": following}).data
    assert last["data"] == []
    other = ask("directory.list_custom_objects", query={"next": following})
    assert other.code == ErrorCode.HOOK_EVENT_INVALID
    tenant.clock.advance(tenant.settings.directory_page_seconds)
    assert ask("directory.list_identities", query={"next": following}).code == ErrorCode.HOOK_EVENT_INVALID
    ask("directory.query_identities", body=PERIOD)
    assert {page.expires > tenant.clock.now() for _, page in tenant.directory_pages.scan()} == {True}


def test_deleted_user_is_missing_on_the_next_page(ask: Ask, person: Member) -> None:
    body = {"Email": [{"Type": "Primary", "Value": "bob@example.com"}], "Password": "correct horse 7"}
    other = ask("account.create_account", body=body).data["Uid"]
    query = {**PERIOD, "size": 1}
    found = ask("directory.query_identities", body=query).data
    assert found["total"] == 2
    (rest,) = {person.uid, other} - {found["data"][0]["Uid"]}
    ask("account.delete_account_by_uid", path={"uid": rest})
    assert ask("directory.list_identities", query={"next": found["next"]}).data["data"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"to": "2020-01-01"}, ErrorCode.DATE_RANGE_MISSING),
        ({"from": "2020-01-01"}, ErrorCode.DATE_RANGE_MISSING),
        ({**PERIOD, "from": "yesterday"}, ErrorCode.START_DATE_MALFORMED),
        ({**PERIOD, "to": "2020-02-30"}, ErrorCode.END_DATE_MALFORMED),
        ({**PERIOD, "to": "1999-12-31"}, ErrorCode.DATE_RANGE_INVALID),
        ({**PERIOD, "q": "Age > 3"}, ErrorCode.DIRECTORY_QUERY_TYPE_MALFORMED),
        ({**PERIOD, "q": {"group": []}}, ErrorCode.DIRECTORY_QUERY_MALFORMED),
        (
            {**PERIOD, "q": {"group": {"rules": [{"name": "Age", "operator": "~", "value": 1}]}}},
            ErrorCode.DIRECTORY_QUERY_MALFORMED,
        ),
        (
            {**PERIOD, "q": {"group": {"rules": [{"group": {"rules": [{"name": "Age", "operator": "~"}]}}]}}},
            ErrorCode.DIRECTORY_QUERY_MALFORMED,
        ),
    ],
)
def test_wrong_query_is_refused(ask: Ask, body: Json, code: int) -> None:
    assert ask("directory.query_identities", body=body).code == code


@pytest.mark.preset("default", any_custom_object=False, custom_objects=["known"])
@pytest.mark.parametrize("source", ["custom_objects", "identities_with_custom_objects"])
def test_unknown_object_is_refused(ask: Ask, source: str) -> None:
    operation = f"directory.query_{source}"
    assert ask(operation, body=PERIOD).code == ErrorCode.CUSTOM_OBJECT_NAME_MISSING
    unknown = ask(operation, query={"customobject": "unknown"}, body=PERIOD)
    assert unknown.code == ErrorCode.CUSTOM_OBJECT_NAME_INVALID
    assert ask(operation, query={"customobject": "known"}, body=PERIOD).data["data"] == []


@pytest.mark.usefixtures("person")
def test_insights_need_a_known_field_and_kind(ask: Ask) -> None:
    for aggregation in (
        {"field": "Age", "type": "MEDIAN"},
        {"field": "Email", "type": "GROUP"},
        {"field": "Age", "type": "HISTOGRAM"},
        {"field": "Age", "type": "RANGE"},
    ):
        body = {**PERIOD, "q": {"aggregations": {"wanted": aggregation}}}
        assert ask("directory.query_insights", body=body).code == ErrorCode.DIRECTORY_QUERY_MALFORMED
    body = {**PERIOD, "q": {"aggregations": {"providers": {"field": "Provider", "type": "GROUP"}}}}
    assert ask("directory.query_insights", body=body).data == {"total": 1, "aggregations": {"providers": {"Email": 1}}}
