"""Collect the data that the page reads only when it needs it: all verdicts, and details of failures and journeys."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup
from msgspec import Struct, to_builtins

from loginradius_harness.report.analysis.model import Numbered, Report
from loginradius_harness.report.formats.text import cut, printable
from loginradius_harness.report.recording import events

DETAILS = 800_000  # characters of all details together; report.json holds everything
CALLS = 4  # of a verdict: the last ones decide
BODY = 2_000  # characters of a text
_PLAIN: frozenset[events.Outcome] = frozenset({"passed", "skipped"})
_RANK: dict[events.Outcome, int] = {"failed": 0}


class Moment(Struct, frozen=True, array_like=True):
    """One line of a journey's timeline, a list without names in JSON; `left` and `width` are percent of the whole."""

    name: str
    response: str
    milliseconds: float
    left: float
    width: float
    is_step: bool
    passed: bool


class Texts(dict[str, int]):
    """Texts that are stored once, each with its number."""

    characters = 0  # of all texts, as JSON

    def __missing__(self, text: str) -> int:
        self[text] = len(self)
        self.characters += len(json.dumps(text))
        return self[text]


def verdicts(report: Report) -> Markup:
    """Return every verdict as one JSON array, in the order of the numbers; repeated texts are stored once."""
    functions: dict[tuple[str, str], int] = {}
    heads, messages = Texts(), Texts()
    outcomes = list(report.counts)
    rows = []
    for entry in report.verdicts:
        verdict = entry.verdict
        function, bracket, parameters = verdict.test.partition("[")
        title = verdict.title.removesuffix(f" {bracket}{parameters}")
        head, dash, rest = f"{bracket}{parameters}".partition("-")  # the head is most often the id of an operation
        message = verdict.message.partition("\n")[0][:300]
        rows.append(
            [
                functions.setdefault((function, title), len(functions)),
                heads[head],
                dash + rest,
                outcomes.index(verdict.outcome),
                round(verdict.seconds, 2),
                messages[message],
            ]
        )
    texts = {"functions": list(functions), "heads": list(heads), "messages": list(messages), "outcomes": outcomes}
    return _json({**texts, "rows": rows})


def details(report: Report) -> Markup:
    """Return details by number, failures first and journeys after them, up to DETAILS characters, and their texts."""
    used, stored, kept = 0, 0, {}
    texts = Texts()
    for entry in sorted(_detailed(report.verdicts), key=lambda one: (_RANK.get(one.verdict.outcome, 1), one.number)):
        detail = _detail(entry, texts)
        used += len(json.dumps(detail))
        if used + texts.characters > DETAILS:
            break
        stored = len(texts)
        kept[str(entry.number)] = detail
    return _json({"texts": list(texts)[:stored], "kept": kept})


def _detailed(entries: Sequence[Numbered]) -> Iterator[Numbered]:
    return (entry for entry in entries if entry.verdict.outcome not in _PLAIN or entry.steps or entry.evidence)


def _detail(entry: Numbered, shared: Texts) -> dict[str, Any]:
    verdict = entry.verdict
    texts = {
        "requirement": verdict.requirement,
        "expected": verdict.expected,
        "actual": verdict.actual,
        "grade": verdict.grade,
        "source": verdict.source,
        "message": verdict.message,
        "repeat": entry.repeat,
        "replay": verdict.replay,
    }
    found: dict[str, Any] = {name: brief(text) for name, text in texts.items() if text}
    if verdict.suite == "journeys":
        found["timeline"] = [to_builtins(moment) for moment in timeline(entry)]
    if verdict.outcome not in _PLAIN:
        found["operations"] = verdict.operations[:6]
        found["calls"] = [_call(call, shared) for call in entry.evidence[-CALLS:]]
    return found


def _call(call: events.Evidence, shared: Texts) -> list[int]:
    texts = [
        f"{call.operation} {response(call)}, {call.seconds * 1000:.1f} ms",
        f"{call.method} {call.url}",
        brief(call.request_body or ""),
        brief(call.response_body or ""),
        call.replay,
    ]
    return [shared[text] for text in texts]


def timeline(entry: Numbered) -> list[Moment]:
    """Return steps and calls of a journey in the order in which they began."""
    moments: Sequence[events.Step | events.Evidence] = sorted(
        [*entry.steps, *entry.evidence], key=lambda event: (event.started, not isinstance(event, events.Step))
    )
    if not moments:
        return []
    begin = moments[0].started
    offsets = [(event.started - begin).total_seconds() for event in moments]
    whole = max(*(offset + event.seconds for offset, event in zip(offsets, moments, strict=True)), 1e-9)
    return [
        _moment(event, offset / whole, event.seconds / whole) for offset, event in zip(offsets, moments, strict=True)
    ]


def _moment(event: events.Step | events.Evidence, left: float, width: float) -> Moment:
    is_step = isinstance(event, events.Step)
    return Moment(
        name=event.name if isinstance(event, events.Step) else event.operation,
        response="" if isinstance(event, events.Step) else response(event),
        milliseconds=round(event.seconds * 1000, 1),
        left=round(left * 100, 2),
        width=round(width * 100, 2),
        is_step=is_step,
        passed=event.passed if isinstance(event, events.Step) else event.trouble is None,
    )


def response(call: events.Evidence) -> str:
    """Return status and error code, or why there was no response."""
    if call.status is None:
        return call.trouble or "no response"
    return str(call.status) if call.error_code is None else f"{call.status} · {call.error_code}"


def brief(text: str) -> str:
    """Return a text cut to what the page shows of it."""
    return cut(text, BODY) if text else ""


def _json(value: Any) -> Markup:
    """Return JSON that cannot end the script element in which it stands."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return Markup(printable(text).replace("<", "\\u003c").replace("\u2028", "\\u2028"))  # noqa: S704  # escaped here
