from loginradius_harness import contracts
from loginradius_harness.report.analysis import coverage
from loginradius_harness.report.analysis.known_issues import Waiver
from loginradius_harness.report.analysis.schema_walk import keywords, members, present
from loginradius_harness.report.recording import event_stream, events
from tests.report.sample_data import LOGIN, exchange, run, verdict


def criterion(name: str, *stream: events.AnyEvent, waivers: tuple[Waiver, ...] = ()) -> coverage.Criterion:
    measured = coverage.measure(event_stream.collect([run(), *stream]), waivers)
    return next(found for found in measured if found.id == name)


def test_operation_that_answered_is_covered() -> None:
    assert criterion("C1", exchange()).seen == 1


def test_operation_without_an_answer_is_not_covered() -> None:
    assert criterion("C1", exchange(status=None, trouble="connection refused")).seen == 0


def test_success_needs_a_documented_status() -> None:
    assert criterion("C2", exchange(status=204)).seen == 0
    assert criterion("C2", exchange(status=200)).seen == 1


def test_refusal_counts_if_its_code_is_documented() -> None:
    code = min(contracts.get(LOGIN).errors)
    status = contracts.error_definitions()[code].status
    assert criterion("C3", exchange(status=status, error_code=code)).seen == 1


def test_undocumented_refusal_is_not_coverage() -> None:
    strange = max(set(contracts.error_definitions()) - contracts.get(LOGIN).codes)
    found = criterion("C3", exchange(status=400, error_code=strange))
    assert (found.seen, found.unknown) == (0, ())


def test_success_shows_each_credential_valid() -> None:
    assert f"{LOGIN} apikey valid" not in criterion("C6", exchange()).missing
    assert criterion("C6", exchange()).seen == len(contracts.get(LOGIN).auth)


def test_recorded_credential_state_counts() -> None:
    assert criterion("C6", events.Covered(criterion="C6", item=f"{LOGIN} apikey missing")).seen == 1


def test_misspelt_item_is_reported() -> None:
    found = criterion("C6", events.Covered(criterion="C6", item=f"{LOGIN} apikey misplaced"))
    assert (found.seen, found.unknown) == (0, (f"{LOGIN} apikey misplaced",))


def test_model_requires_its_transitions() -> None:
    required = [events.Covered(criterion="C7", item=item, seen=False) for item in ("new -verify-> verified", "x")]
    found = criterion("C7", *required, events.Covered(criterion="C7", item="x"))
    assert (found.required, found.seen, found.missing, found.is_open) == (2, 1, ("new -verify-> verified",), True)


def test_rule_is_proved_by_a_passed_test_only() -> None:
    rule = contracts.rules()[0].id
    assert criterion("C9", verdict("suites/a/test_a.py::t", rules=(rule,), outcome="failed")).seen == 0
    assert criterion("C9", verdict("suites/a/test_a.py::t", rules=(rule,))).seen == 1


def test_waiver_covers_what_it_names() -> None:
    waivers = (Waiver(criterion="C1", item="account.*", reason="no management key"),)
    found = criterion("C1", exchange(), waivers=waivers)
    account = sum(operation.group == "account" for operation in contracts.operations())
    assert (found.waived, found.missing_count) == (account, found.required - account - 1)


def test_waiver_for_what_was_seen_is_stale() -> None:
    waivers = (Waiver(criterion="C1", item=LOGIN, reason="no longer true"),)
    assert criterion("C1", exchange(), waivers=waivers).stale == (LOGIN,)


def test_members_of_shared_schemas_are_required() -> None:
    pointers = set(members(contracts.get(LOGIN).responses[200]))
    assert pointers >= {"/access_token", "/Profile", "/Profile/Uid"}


def test_only_documented_members_are_seen() -> None:
    body = {"access_token": "x", "Profile": {"Uid": "1", "Surprise": 1}}
    assert coverage.members_seen(LOGIN, 200, body) == {
        f"{LOGIN} 200 /access_token",
        f"{LOGIN} 200 /Profile",
        f"{LOGIN} 200 /Profile/Uid",
    }


def test_elements_of_an_array_are_one_item() -> None:
    assert set(present({"Email": [{"Type": "a"}, {"Type": "b"}]})) == {"/Email", "/Email[]/Type"}


def test_keywords_of_a_request_are_those_that_can_refuse() -> None:
    schema = {"required": ["a"], "properties": {"a": {"type": "string", "minLength": 1, "description": "x"}}}
    assert set(keywords(schema, "body")) == {"body/a required", "body/a type", "body/a minLength"}
    assert set(keywords(schema, "query")) == {"query/a required", "query/a minLength"}
