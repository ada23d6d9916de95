"""Trials: wrong instances of an operation's answers and requests, validated against its contract."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema_rs

from evaluation.contract_mutation.allowed_mutants import Survivor, survivor, text
from evaluation.contract_mutation.mutants import KINDS, REQUEST_BODY, Mutant, mutants, query_mutants
from evaluation.contract_mutation.samples import NoSampleError, Sample, samples
from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.loader import ContractError
from loginradius_harness.contracts.operation import Operation

Json = Any
SIDES = ("responses", "requests")
Accepts = Callable[[Json], bool]
Mutate = Callable[[Sample], Iterator[Mutant]]
Outcome = tuple[int, Counter[Survivor]]  # number of mutants refused, and the others


@dataclass(frozen=True, slots=True)
class Trial:
    """Outcome of the mutants of one part of an operation (`role.list_roles/200`)."""

    operation: Operation
    part: str
    refused: int
    survivors: Mapping[Survivor, int]

    @property
    def side(self) -> str:
        """The side of the operation: one of SIDES."""
        return SIDES[self.part in {"query", "body"}]


def trials(operation: Operation) -> Iterator[Trial]:
    """Mutate each part of an operation; raise ContractError for a schema of which no valid instance is found."""
    try:
        for part, (refused, survivors) in _outcomes(operation):
            placed = {survivor.within(operation.id, part): count for survivor, count in survivors.items()}
            yield Trial(operation, part, refused, placed)
    except NoSampleError as error:
        raise ContractError(f"{operation.file}: {error}") from None


def _outcomes(operation: Operation) -> Iterator[tuple[str, Outcome]]:
    for status, schema in operation.responses.items():
        yield str(status), _reply(json.dumps(schema), operation.response_validator(status))
    if operation.codes:  # those of OAuth are refused by name
        yield "error", _refusal(operation)
    if operation.query:
        yield "query", _tried(operation.query, operation.query_validator.is_valid, _of_query(operation))
    if operation.body:
        yield "body", _tried(operation.body, operation.body_validator.is_valid, _of_body(operation))


@cache
def _reply(schema: str, validator: jsonschema_rs.Draft202012Validator) -> Outcome:
    """Try each body once: many operations answer with the same few."""
    return _tried(json.loads(schema), validator.is_valid, _of_reply)


def _refusal(operation: Operation) -> Outcome:
    """Try the error envelope, with one of the operation's codes."""
    code = min(operation.codes)
    schema = {"allOf": [{"$ref": "error.json"}, {"properties": {"ErrorCode": {"const": code}}}]}
    status = reference_data.error_definitions()[code].status
    return _tried(schema, lambda data: not operation.check(status, data), _of_reply)


def _tried(schema: Json, accepts: Accepts, mutate: Mutate) -> Outcome:
    refused, survivors = 0, Counter[Survivor]()
    for sample in samples(schema, reference_data.shared_schemas()):
        if not accepts(sample.value):
            raise NoSampleError(f"no valid instance is known of {json.dumps(schema)[:200]}")
        for mutant in mutate(sample):
            if accepts(mutant.value):
                survivors[survivor(mutant, sample.origins)] += 1
            else:
                refused += 1
    return refused, survivors


def _of_reply(sample: Sample) -> Iterator[Mutant]:
    return mutants(sample.value, KINDS, sample.focus)


def _of_query(operation: Operation) -> Mutate:
    named = frozenset(_places(operation.example.get("query")))
    return lambda sample: _missed(query_mutants(sample.value, sample.focus), named)


def _of_body(operation: Operation) -> Mutate:
    named = frozenset(_places(operation.example.get("body")))
    return lambda sample: _missed(mutants(sample.value, REQUEST_BODY, sample.focus), named)


def _missed(found: Iterator[Mutant], named: frozenset[str]) -> Iterator[Mutant]:
    """Drop only members that the operation's example names: the others are optional."""
    return (mutant for mutant in found if mutant.kind != "dropped" or text(mutant.at) in named)


def _places(example: Json, at: str = "") -> Iterator[str]:
    if isinstance(example, dict):
        for name, member in example.items():
            yield f"{at}/{name}"
            yield from _places(member, f"{at}/{name}")
    elif isinstance(example, list):
        for item in example:
            yield from _places(item, f"{at}/*")
