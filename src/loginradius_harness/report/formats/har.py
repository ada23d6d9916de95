"""Write HAR 1.2 of the journeys, for a browser's developer tools."""

from io import StringIO
from urllib.parse import parse_qsl, urlsplit

import harfile

from loginradius_harness.report.analysis.model import Report
from loginradius_harness.report.recording import events

JOURNEYS = "journeys"


def har(report: Report) -> bytes:
    """Return every kept exchange of the journeys, in the order of their tests."""
    text = StringIO()
    creator = harfile.Creator(name="loginradius-harness", version=str(events.SCHEMA))
    with harfile.HarFile.open(text, creator=creator) as file:
        for entry in report.verdicts:
            for call in entry.evidence if entry.verdict.suite == JOURNEYS else ():
                _add(file, call)
    return text.getvalue().encode(errors="backslashreplace")


def _add(file: harfile.HarFile, call: events.Evidence) -> None:
    milliseconds = round(call.seconds * 1000, 3)
    file.add_entry(
        startedDateTime=call.started,
        time=milliseconds,
        request=_request(call),
        response=_response(call),
        timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
        comment=f"{call.operation} in {call.test}",
    )


def _request(call: events.Evidence) -> harfile.Request:
    query = [harfile.Record(name=name, value=value) for name, value in parse_qsl(urlsplit(call.url).query)]
    text = call.request_body
    body = None if text is None else harfile.PostData(mimeType="application/json", text=text)
    return harfile.Request(
        method=call.method,
        url=call.url,
        httpVersion="HTTP/1.1",
        headers=_headers(call.request_headers),
        queryString=query,
        postData=body,
        bodySize=len(text or ""),
    )


def _response(call: events.Evidence) -> harfile.Response:
    text = call.response_body or ""
    kinds = {name.lower(): value for name, value in call.response_headers.items()}
    kind = kinds.get("content-type", "application/json")
    return harfile.Response(
        status=call.status or 0,
        statusText="",
        httpVersion="HTTP/1.1",
        headers=_headers(call.response_headers),
        content=harfile.Content(size=len(text), mimeType=kind, text=text),
        redirectURL="",
        bodySize=len(text),
        comment=call.trouble or "",
    )


def _headers(headers: dict[str, str]) -> list[harfile.Record]:
    return [harfile.Record(name=name, value=value) for name, value in headers.items()]
