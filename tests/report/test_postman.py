import json
from typing import Any

from loginradius_harness.report.analysis.model import Context, build
from loginradius_harness.report.formats.postman import CALLS, postman
from loginradius_harness.report.recording import event_stream, events
from tests.report.sample_data import LOGIN, ended, evidence, run, three_failures, verdict


def collection(stream: list[events.AnyEvent]) -> Any:
    return json.loads(postman(build(event_stream.collect(stream), Context())))


def test_failing_call_can_be_sent_again() -> None:
    [folder] = collection(three_failures())["item"]
    [item] = folder["item"]
    request = item["request"]
    assert item["name"] == f"{LOGIN}: 200"
    assert (request["method"], request["body"]["raw"]) == ("POST", '{\n  "email": "ada@example.com"\n}')
    assert request["url"]["path"] == ["identity", "v2", "auth", "login"]


def test_secret_is_a_variable() -> None:
    found = collection(three_failures())
    [item] = found["item"][0]["item"]
    assert item["request"]["url"]["query"] == [{"key": "apikey", "value": "{{HARNESS_API_KEY}}"}]
    assert found["variable"] == [{"key": "HARNESS_API_KEY", "value": ""}]


def test_kind_of_failure_is_a_folder_with_some_of_its_calls() -> None:
    stream: list[events.AnyEvent] = [run()]
    for number in range(CALLS + 5):
        test = f"suites/contract/test_a.py::a[{number}]"
        failed = {"outcome": "failed", "cause": "contract", "requirement": "r", "expected": "1", "actual": "2"}
        stream += [verdict(test, **failed), evidence(test)]
    [folder] = collection([*stream, ended()])["item"]
    assert (folder["name"], len(folder["item"])) == ("contract: r: expected 1, got 2", CALLS)
