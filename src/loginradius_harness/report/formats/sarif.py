"""Write SARIF 2.1.0 of the security checks, for code scanning dashboards."""

import json
from typing import Any

from loginradius_harness.report.analysis.model import Numbered, Report

_KINDS = {
    "passed": "pass", "failed": "fail", "warning": "fail", "by-design": "informational", "expected": "informational",
    "quarantined": "review", "not-observable": "open", "not-applicable": "notApplicable", "skipped": "notApplicable",
    "blocked": "open",
}  # fmt: skip
_LEVELS = {"failed": "error", "warning": "warning"}


def sarif(report: Report) -> bytes:
    """Return one run with one rule for each row of the checklist."""
    checks = [entry for entry in report.verdicts if entry.verdict.row is not None]
    rules = {_rule_id(entry): _rule(entry) for entry in checks}
    driver = {
        "name": "loginradius-harness",
        "informationUri": "https://www.loginradius.com",
        "rules": [rules[name] for name in sorted(rules)],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"security/{report.run.target}/{report.run.id}"},
        "invocations": [{"executionSuccessful": report.complete, "exitCode": report.exit_code}],
        "results": [_result(entry) for entry in checks],
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(document, indent=1).encode()


def _rule_id(entry: Numbered) -> str:
    return f"check-{entry.verdict.row:02}"


def _rule(entry: Numbered) -> dict[str, Any]:
    verdict = entry.verdict
    return {
        "id": _rule_id(entry),
        "shortDescription": {"text": verdict.title or verdict.test},
        "properties": {"tags": ["security", *verdict.standards]},
    }


def _result(entry: Numbered) -> dict[str, Any]:
    verdict = entry.verdict
    message = verdict.message or verdict.title or verdict.test
    text = f"{message}\nExpected: {verdict.expected}\nGot: {verdict.actual}" if verdict.expected else message
    file = verdict.test.partition("::")[0]
    return {
        "ruleId": _rule_id(entry),
        "kind": _KINDS[verdict.outcome],
        "level": _LEVELS.get(verdict.outcome, "none"),
        "message": {"text": text},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": 1}}}],
        "partialFingerprints": {"test/v1": verdict.test},
        "properties": {"outcome": verdict.outcome, "operations": list(verdict.operations), "repeat": entry.repeat},
    }
