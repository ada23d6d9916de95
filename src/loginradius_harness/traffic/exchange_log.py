"""Write exchanges as they pass, redacted, one JSON event per line: `check` reads them again."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loginradius_harness.client.redaction import Redactor
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import Recorder
from loginradius_harness.traffic.exchange import RecordedExchange

FILE = "traffic.ndjson"
Json = Any


class ExchangeLog:
    """The file of a capture. An earlier capture's is replaced. Secrets and personal data are not written."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE
        self.file.unlink(missing_ok=True)
        self._recorder = Recorder(self.file)
        self._redactor = Redactor()

    def add(self, exchange: RecordedExchange) -> None:
        """Write an exchange."""
        redactor = self._redactor
        event = events.Evidence(
            test=exchange.place,
            operation="",
            started=exchange.started or datetime.now(UTC),
            seconds=round(exchange.seconds, 6),
            method=exchange.method,
            url=redactor.text(redactor.url(exchange.url)),
            request_headers=redactor.headers(exchange.request_headers.items()),
            request_body=self._redacted(exchange.request_body, exchange.request_json),
            status=exchange.status,
            response_headers=redactor.headers(exchange.response_headers.items()),
            response_body=self._redacted(exchange.response_body, _json_or_none(exchange.response_body)),
        )
        self._recorder.append(event)
        self._recorder.flush()

    def close(self) -> None:
        """Close the file."""
        self._recorder.close()

    def _redacted(self, text: str | None, data: Json) -> str | None:
        if text is None or data is None:
            return text and self._redactor.text(text)
        return json.dumps(self._redactor.answer(data), ensure_ascii=False)


def _json_or_none(text: str | None) -> Json:
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
