"""Generate cases with schemathesis from the OpenAPI export.

The generator makes whole requests. A case keeps only what makes one wrong (or, for a valid one, what it adds), so
that everything else can come from a request that is known to succeed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from loginradius_harness.checks.generation.case import WHOLE_BODY, Case, fits_in_url
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.expected_errors import resolved
from loginradius_harness.contracts.tools import openapi

Json = Any

SAMPLES = 60  # sampled cases of each mode for a seed
# Hypothesis reads the ranges of a pattern character by character. A range of an alphabet, as addresses have them,
# would take seconds for each operation; its first letter will do, since every case is judged by the whole pattern.
_WIDE_RANGE = re.compile("([\u00c0-\uffff])-[\u0100-\uffff]")


@cache
def _schema(group: str) -> Any:
    document = json.dumps(openapi.document(group), ensure_ascii=False)
    return schemathesis.openapi.from_dict(json.loads(_WIDE_RANGE.sub(r"\1", document)))


def generate_cases(operation: Operation, seed: int) -> tuple[Case, ...]:
    """Return the distinct cases of an operation in a fixed order."""
    if operation.query is None and operation.body is None:
        return ()
    source = _schema(operation.group).find_operation_by_id(operation.id)
    generated = _covering(source) if seed == 0 else _sampled(source, seed)
    distinct: dict[str, Case] = {}
    for mode, scenario, query, body in generated:
        for case in _cases(operation, mode, scenario, query, body):
            distinct.setdefault(_key(case), case)
    return tuple(distinct.values())


def _key(case: Case) -> str:
    return json.dumps([case.mode, case.part, case.members, case.without], sort_keys=True)


def _covering(source: Any) -> Iterator[tuple[str, str, Json, Json]]:
    """Yield the generator's deterministic cases: boundaries, types, missing members."""
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    config = source.schema.config.generation_for(operation=source)
    for case in source.schema.iter_coverage_cases(source, generation_modes=modes, generation_config=config):
        if case.method == source.method.upper():
            yield case.meta.generation.mode.value, case.meta.phase.data.scenario.value, case.query, case.body


def _sampled(source: Any, seed: int) -> Iterator[tuple[str, str, Json, Json]]:
    """Yield cases that hypothesis samples: the same ones for the same seed."""
    for mode in GenerationMode:
        for query, body in _samples(source.as_strategy(generation_mode=mode), seed):
            yield mode.value, "sampled", query, body


def _samples(strategy: Any, seed: int) -> list[tuple[Json, Json]]:
    samples: list[tuple[Json, Json]] = []

    @seeded(seed)
    @settings(
        max_examples=SAMPLES,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(case: Any) -> None:
        samples.append((case.query, case.body))

    with suppress(Unsatisfiable):  # the generator rarely meets a pattern such as that of addresses
        collect()
    return samples


def _cases(operation: Operation, mode: str, scenario: str, query: Json, body: Json) -> Iterator[Case]:
    """Yield what matters in a generated request: no case, one, or one for each part."""
    for part, generated in (("query", query), ("body", body)):
        if getattr(operation, part) is None or not _is_json(generated):
            continue
        if mode == "negative":
            members, without = _wrong(operation, part, generated)
        else:
            members, without = _added(operation, part, generated), ()
        if (members or without) and (part == "body" or fits_in_url(members)):
            yield Case(mode, scenario, part, members, without)  # type: ignore[arg-type]  # both are of the literals


def _is_json(value: Json) -> bool:
    """Return whether a value can be sent as JSON; the generator also makes raw bytes and markers of its own."""
    try:
        json.dumps(value).encode()
    except (TypeError, ValueError):
        return False
    return True


def _wrong(operation: Operation, part: str, generated: Json) -> tuple[dict[str, Json], tuple[str, ...]]:
    """Return the members that break the request schema, and the required ones that are missing."""
    if not isinstance(generated, dict):
        return ({WHOLE_BODY: generated}, ()) if part == "body" and generated is not None else ({}, ())
    members: dict[str, Json] = {}
    without: list[str] = []
    for error in _errors(operation, part, generated):
        if error.instance_path:
            name = str(error.instance_path[0])
            members[name] = generated[name]
        elif error.kind.name == "required":
            name = error.kind.as_dict()["property"]
            if name in generated:
                members[name] = generated[name]
            else:
                without.append(name)
        elif part == "body":
            return {WHOLE_BODY: generated}, ()
    return members, tuple(without)


def _errors(operation: Operation, part: str, generated: Mapping[str, Json]) -> list[Any]:
    if part == "query":
        return list(operation.query_validator.iter_errors(typed_query(operation, generated)))
    present = {name: value for name, value in generated.items() if value is not None}
    return list(operation.body_validator.iter_errors(present))


def _added(operation: Operation, part: str, generated: Json) -> dict[str, Json]:
    """Return the optional members that the operation's own example does not have."""
    given = operation.example.get(part) or {}
    if not isinstance(generated, dict) or not isinstance(given, dict):
        return {}
    return {name: value for name, value in generated.items() if name not in given}


def typed_query(operation: Operation, query: Mapping[str, Json]) -> dict[str, Json]:
    """Return the query as a server reads it: stripped text in the contract's type, without empty values."""
    properties = (operation.query or {}).get("properties", {})
    read = {}
    for name, value in query.items():
        text = query_text(value).strip()
        kind = _type(properties.get(name, {}))
        if text:
            read[name] = _as(kind, text)
    return read


def _type(schema: Json) -> str | None:
    found = resolved(schema)
    return found.get("type") if isinstance(found, dict) else None


def _as(kind: str | None, text: str) -> Json:
    if kind == "boolean" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if kind == "integer" and text.lstrip("-").isascii() and text.lstrip("-").isdigit():
        return int(text)
    return text


def query_text(value: Json) -> str:
    """Return a query value as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)
