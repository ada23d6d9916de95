"""Roles, contexts, objects, records and webhooks that are not there, or there already (domain 3.18, 3.20)."""

from typing import Any
from uuid import uuid4

from suites.prepared import Prepared
from suites.situations import Arrange, at, situation

Json = Any


def unknown(name: str) -> Arrange:
    """Something that does not exist in the place of the example's own."""
    return lambda ready: ready.exchanging({ready.given.value(name): f"lrh-{uuid4().hex[:12]}"})


def other_id(name: str) -> Arrange:
    """An id of the right form that nothing has."""
    return lambda ready: ready.exchanging({ready.given.value(name): uuid4().hex[:24]})


situation(1001, "id of another form")(unknown("record_id"))
situation(1047, "role unknown")(unknown("role"))
situation(1057, "object unknown")(other_id("record_id"))
situation(1112, "hook unknown", where=at("webhook.*"))(other_id("hook_id"))
situation(995, "id of another form")(unknown("hook_id"))
situation(1133, "context unknown")(unknown("context"))
situation(1133, "context of no name", where=at("role.update_role_context_by_uid"))(
    lambda ready: ready.having("body", rolecontext=[{"context": "", "roles": []}])
)
situation(1142, "permission unknown")(unknown("context.permission"))
situation(1150, "record unknown")(other_id("registration_record"))
situation(1155, "type unknown")(unknown("registration_record.type"))


@situation(1112, "URL not subscribed", where=at("webhook_legacy.unsubscribe"))
def url_not_subscribed(ready: Prepared) -> dict[str, Json]:
    """A URL that nobody has given."""
    return ready.having("body", targeturl=f"https://hooks.example.com/lrh-{uuid4().hex}")


@situation(1110, "subscribed already", times=2)
@situation(1175, "named already", times=2)
def there_already(_ready: Prepared) -> None:
    """The request comes twice."""


@situation(1086, "event unknown")
def event_unknown(ready: Prepared) -> dict[str, Json]:
    """Nothing that happens."""
    return _either(ready, event="NoSuchEvent", Event="NoSuchEvent")


@situation(1087, "target elsewhere", where=at("webhook.* webhook_legacy.subscribe"))
def target_elsewhere(ready: Prepared) -> dict[str, Json]:
    """Plain http to another machine."""
    return _either(ready, targeturl="http://hooks.example.com/", TargetUrl="http://hooks.example.com/")


def _either(ready: Prepared, **members: Json) -> dict[str, Json]:
    """Those of the members that the request has, changed."""
    part = "body" if ready.operation.body is not None else "query"
    present = {name: value for name, value in members.items() if name in (ready.request.get(part) or {})}
    return ready.having(part, **present)


@situation(1154, "parent unknown")
def parent_unknown(ready: Prepared) -> dict[str, Json]:
    """An id that no record has."""
    nowhere = uuid4().hex[:24]
    if ready.operation.body is None:
        return ready.having("query", parentid=nowhere)
    if "Data" in ready.body:
        return ready.having("body", Data=[{**ready.body["Data"][0], "ParentId": nowhere}])
    return ready.having("body", ParentId=nowhere)


@situation(1156, "no child")
def no_child(ready: Prepared) -> dict[str, Json]:
    """Nothing stands below the record."""
    return ready.having("query", parentid=ready.given.value("registration_record"))


@situation(1152, "record without code")
def record_without_code(ready: Prepared) -> dict[str, Json]:
    """One that asks for none."""
    call, kind = ready.given.client.call, f"lrh-{uuid4().hex[:12]}"
    record = {"type": kind, "key": "Norway", "value": "no", "isactive": True}
    call("registration_data.add", body={"Data": [record]}).must_succeed()
    listed = call("registration_data.list", path={"type": kind}).must_succeed().data
    return ready.having("body", recordid=listed[0]["Id"])


@situation(1153, "wrong code", where=at("registration_data.*"))
def wrong_code(ready: Prepared) -> dict[str, Json]:
    """Not the record's."""
    return ready.having("body", code="wrong")
