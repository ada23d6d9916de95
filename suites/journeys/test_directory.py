"""Queries of the cloud directory: what they find, page by page, and figures about users."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.directory import group, rule
from loginradius_harness.journey.journey import Journey

Json = Any

FAMILY = ("ada grace", "Ada-Lovelace", "mary")  # first names


@pytest.fixture
def surname() -> str:
    """Return a last name that nobody else has."""
    return f"lrh-{uuid4().hex[:12]}"


@pytest.fixture
def family(journey: Journey, surname: str) -> dict[str, str]:
    """Create three users with one last name; return their uids by first name."""
    members = {
        FAMILY[0]: {"Age": "20", "Gender": "F"},
        FAMILY[1]: {"Age": "30", "Gender": "F"},
        FAMILY[2]: {"BirthDate": "10-12-1920"},  # which says the age too
    }
    return {
        first: journey.accounts.create(journey.new_person(), FirstName=first, LastName=surname, **profile).uid
        for first, profile in members.items()
    }


@pytest.fixture
def found(journey: Journey, family: dict[str, str], surname: str) -> Callable[..., set[str]]:
    """`found(*rules)`: the first names of those of the family that fit each rule."""
    names = {uid: first for first, uid in family.items()}

    def found(*rules: Json) -> set[str]:
        rows = journey.directory.find(group("AND", rule("LastName", "=", surname), *rules))
        return {names[row["Uid"]] for row in rows}

    return found


CASES: tuple[tuple[Json, set[int]], ...] = (
    (rule("Gender", "=", "F"), {0, 1}),
    (rule("Gender", "!=", "F"), {2}),
    (rule("FirstName", "=", "Mary"), set()),
    (rule("Age", ">", 20), {1, 2}),
    (rule("Age", ">=", 20), {0, 1, 2}),
    (rule("Age", "<", 30), {0}),
    (rule("Age", "<=", 30), {0, 1}),
    (rule("Age", "BETWEEN", [30, 200]), {1, 2}),
    (rule("BirthDate", "=", "1920-10-12"), {2}),
    (rule("BirthDate", ">", "10-11-1920"), {2}),
    (rule("BirthDate", ">", "10-12-1920"), set()),
    (rule("EmailVerified", "=", True), {0, 1, 2}),
    (rule("EmailVerified", "=", False), set()),
    (rule("FirstName", "Contains", "ADA"), {0, 1}),
    (rule("FirstName", "Contains", "grace lovelace"), {0, 1}),
    (rule("FirstName", "Contains", "ad"), set()),
    (rule("FirstName", "Not_Contains", "ada"), {2}),
    (rule("Gender", "EXISTS"), {0, 1}),
    (rule("Gender", "NOT_EXISTS"), {2}),
    (rule("Email.Type", "=", "Primary"), {0, 1, 2}),
)


@pytest.mark.rule("directory.operators_compare")
@pytest.mark.parametrize(("asked", "expected"), CASES, ids=lambda case: " ".join(map(str, case)) or "none")
def test_operator_finds_the_users_that_fit(found: Callable[..., set[str]], asked: Json, expected: set[int]) -> None:
    assert found(asked) == {FAMILY[number] for number in expected}


@pytest.mark.rule("directory.groups_combine")
def test_groups_combine_rules_and_groups(found: Callable[..., set[str]]) -> None:
    old, unknown = rule("Age", ">", 100), rule("Gender", "NOT_EXISTS")
    young = group("AND", rule("Age", "<", 35), group("OR", rule("Age", "=", 20), rule("Age", ">", 100)))
    assert found(group("OR", old, young)) == {FAMILY[0], FAMILY[2]}
    assert found(group("AND", old, unknown)) == {FAMILY[2]}
    assert found(group("AND", old, rule("Gender", "EXISTS"))) == set()


@pytest.mark.rule("directory.pages_hold_every_row_once")
def test_pages_hold_every_user_once(journey: Journey, family: dict[str, str], surname: str) -> None:
    query = group("AND", rule("LastName", "=", surname))
    assert journey.directory.ask(query, size=2).must_succeed().data["total"] == len(family)
    pages = list(journey.directory.pages(query, size=2))
    assert [len(rows) for rows in pages] == [2, 1]
    assert {row["Uid"] for rows in pages for row in rows} == set(family.values())


@pytest.mark.rule("directory.pages_expire")
@pytest.mark.preset("default", directory_page_seconds=60)
@pytest.mark.usefixtures("family")
def test_page_expires(journey: Journey, surname: str) -> None:
    following = journey.directory.ask(group("AND", rule("LastName", "=", surname)), size=2).must_succeed().data["next"]
    assert len(journey.directory.page(following).must_succeed().data["data"]) == 1
    journey.let_time_pass(61)
    journey.directory.page(following).must_be_refused(ErrorCode.HOOK_EVENT_INVALID)


@pytest.mark.rule("directory.period_is_of_creation")
def test_users_outside_the_period_are_not_found(journey: Journey, family: dict[str, str], surname: str) -> None:
    query = group("AND", rule("LastName", "=", surname))
    assert journey.directory.find(query, to="2001-01-01") == []
    late: dict[str, Json] = {"from": "2899-01-01"}
    assert journey.directory.find(query, "identities", **late) == []
    assert len(journey.directory.find(query)) == len(family)


@pytest.mark.rule("directory.period_is_of_creation")
@pytest.mark.parametrize("end", ["2000-01-01", "1999-12-31"])
def test_period_that_ends_before_it_begins_is_refused(journey: Journey, end: str) -> None:
    refused = journey.directory.ask({}, to=f"{end}T00:00:00Z")
    refused.must_be_refused(ErrorCode.DATE_RANGE_INVALID)


@pytest.mark.rule("directory.rows_are_profiles")
def test_row_shows_the_profile_without_secrets(journey: Journey, family: dict[str, str]) -> None:
    (row,) = journey.directory.find(group("AND", rule("Uid", "=", family["mary"])))
    profile = journey.accounts.read(family["mary"])
    assert {name: row[name] for name in ("FirstName", "LastName", "Email", "ID", "Age")} == {
        name: profile[name] for name in ("FirstName", "LastName", "Email", "ID", "Age")
    }
    assert not {"Password", "PIN"} & row.keys()


@pytest.mark.rule("directory.records_are_found")
def test_records_are_found_by_their_content_with_and_without_the_profile(journey: Journey, surname: str) -> None:
    owner = journey.accounts.create(journey.new_person(), LastName=surname).uid
    for size in (3, 5):
        journey.custom_objects.create(owner, {"size": size, "tags": ["new", surname], "shop": {"city": "Ulm"}})
    own = rule("CustomObject.tags", "=", surname)
    small = group("AND", own, rule("CustomObject.size", "<", 4), rule("CustomObject.shop.city", "=", "Ulm"))
    (record,) = journey.directory.find(small, "custom_objects")
    assert (record["Uid"], record["CustomObject"]["size"]) == (owner, 3)
    rows = journey.directory.find(group("AND", own), "identities_with_custom_objects", size=1)
    assert [row["LastName"] for row in rows] == [surname, surname]
    assert sorted(row["CustomObject"]["size"] for row in rows) == [3, 5]
    records = journey.directory.find(group("AND", own), "custom_objects", size=1)
    assert sorted(row["CustomObject"]["size"] for row in records) == [3, 5]


@pytest.mark.rule("directory.figures_follow_the_users")
def test_figures_count_new_users(journey: Journey) -> None:
    asked = {
        "providers": {"field": "Provider", "type": "GROUP"},
        "ages": {"field": "Age", "type": "range", "ranges": {"old": {"from": 90}, "young": {"to": 90}}},
        "decades": {"field": "Age", "type": "HISTOGRAM", "interval": 10},
        "oldest": {"field": "Age", "type": "Max"},
    }
    earlier = journey.directory.figures(**asked)["aggregations"]["ages"]
    journey.accounts.create(journey.new_person(), Age="89")
    before = journey.directory.figures(**asked)
    assert before["aggregations"]["ages"] == {"old": earlier["old"], "young": earlier["young"] + 1}
    journey.accounts.create(journey.new_person(), Age="93")
    after = journey.directory.figures(**asked)
    assert after["total"] == before["total"] + 1
    old, new = before["aggregations"], after["aggregations"]
    assert new["providers"]["Email"] == old["providers"]["Email"] + 1
    assert new["ages"] == {"old": old["ages"]["old"] + 1, "young": old["ages"]["young"]}
    assert new["decades"]["90"] == old["decades"].get("90", 0) + 1
    assert new["oldest"] >= 93
