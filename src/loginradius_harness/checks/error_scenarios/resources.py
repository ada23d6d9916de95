"""Roles, contexts, objects, records and webhooks that are missing, or exist already.

Source: product-facts.md#roles-and-records, #webhooks.
"""

from typing import Any
from uuid import uuid4

from loginradius_harness.checks.error_scenarios import Arrange, error_scenario, no_setup, operations_matching
from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts.codes import ErrorCode

Json = Any


def unknown(name: str) -> Arrange:
    """Replace the example's own value by an unknown one."""
    return lambda prepared: prepared.replacing({prepared.preconditions.value(name): f"lrh-{uuid4().hex[:12]}"})


def other_id(name: str) -> Arrange:
    """Replace the example's own id by an unknown one of the same form."""
    return lambda prepared: prepared.replacing({prepared.preconditions.value(name): uuid4().hex[:24]})


error_scenario(ErrorCode.CUSTOM_OBJECT_RECORD_NOT_FOUND, "id of another form")(unknown("record_id"))
error_scenario(
    ErrorCode.SECURITY_QUESTION_ID_INVALID, "question unknown", where=operations_matching("security_question.*")
)(unknown("security_question"))


@error_scenario(ErrorCode.PROVIDER_INVALID, "no provider's name", where=operations_matching("social_provider.*"))
def no_name(prepared: PreparedRequest) -> dict[str, Json]:
    """Name a provider as none can be named."""
    return prepared.replacing({prepared.preconditions.value("social_provider"): "lrh no name"})


error_scenario(ErrorCode.PROVIDER_NOT_CONFIGURED, "provider unknown", where=operations_matching("social_provider.*"))(
    unknown("social_provider")
)
for _group in ("jwt_provider", "oauth_provider", "saml_provider"):
    error_scenario(ErrorCode.PROVIDER_INVALID, "name taken", times=2, where=operations_matching(f"{_group}.create"))(
        no_setup
    )
    error_scenario(ErrorCode.PROVIDER_NOT_CONFIGURED, "provider unknown", where=operations_matching(f"{_group}.*"))(
        unknown(_group)
    )


@error_scenario(ErrorCode.PROVIDER_INVALID, "another name", where=operations_matching("saml_provider.update"))
def other_name(prepared: PreparedRequest) -> dict[str, Json]:
    """Name another provider than the path does."""
    return prepared.overriding("body", Provider=f"lrh-{uuid4().hex[:12]}")


error_scenario(
    ErrorCode.CUSTOM_FIELD_INVALID,
    "field unknown",
    where=operations_matching("custom_field.set custom_field.delete"),
)(unknown("custom_field"))
error_scenario(
    ErrorCode.REQUEST_INVALID,
    "app unknown",
    where=operations_matching("jwt_integration.get jwt_integration.update jwt_integration.delete"),
)(unknown("jwt_integration"))
error_scenario(
    ErrorCode.REQUEST_INVALID,
    "application unknown",
    where=operations_matching(
        "saml_integration.get saml_integration.update saml_integration.delete saml_integration.renew_certificate"
    ),
)(unknown("saml_integration"))
error_scenario(
    ErrorCode.REQUEST_INVALID,
    "workflow unknown",
    where=operations_matching("workflow.get workflow.update workflow.delete workflow.*_version*"),
)(unknown("workflow"))
error_scenario(ErrorCode.REQUEST_INVALID, "version unknown", where=operations_matching("workflow.*_version"))(
    unknown("workflow.version")
)
for _group in ("email_template", "sms_template"):
    error_scenario(
        ErrorCode.REQUEST_INVALID,
        "template unknown",
        where=operations_matching(f"{_group}.update {_group}.delete"),
    )(unknown(_group))
error_scenario(
    ErrorCode.REQUEST_INVALID,
    "client unknown",
    where=operations_matching("oauth_client.get oauth_client.update oauth_client.delete oauth_client.reset_secret"),
)(unknown("oauth_client"))
for _operations, _outside in (
    ("shopify_sso.*", "shopify_store"),
    ("bigcommerce_sso.*_url bigcommerce_sso.validate_password", "bigcommerce_store"),
    ("bigcommerce_sso.authorize", "bigcommerce_store.payload"),
    ("perfectmind_sso.*", "perfectmind_site"),
):
    error_scenario(ErrorCode.PARAMETER_MALFORMED, f"{_outside} unknown", where=operations_matching(_operations))(
        unknown(_outside)
    )
error_scenario(
    ErrorCode.REQUEST_INVALID,
    "app of OAuth unknown",
    where=operations_matching(
        "oauth_integration.get oauth_integration.update oauth_integration.delete oauth_integration.rotate*"
    ),
)(unknown("oauth_integration"))
error_scenario(ErrorCode.CONSENT_FORM_INVALID, "option unknown", where=operations_matching("consent_form.*"))(
    unknown("consent_form.option")
)
error_scenario(ErrorCode.CONSENT_FORM_NOT_CONFIGURED, "version unknown", where=operations_matching("consent_form.*"))(
    unknown("consent_form.version")
)
error_scenario(ErrorCode.HOOK_EVENT_INVALID, "page unknown", where=operations_matching("directory.list_*"))(
    lambda prepared: prepared.overriding("query", next=uuid4().hex)
)
error_scenario(ErrorCode.DATE_RANGE_INVALID, "period backwards")(
    lambda prepared: prepared.overriding("body", to="1999-01-01")
)
error_scenario(ErrorCode.ROLE_NOT_FOUND, "role unknown")(unknown("role"))
error_scenario(ErrorCode.CUSTOM_OBJECT_NOT_FOUND, "object unknown")(other_id("record_id"))
error_scenario(ErrorCode.WEBHOOK_NOT_SUBSCRIBED, "hook unknown", where=operations_matching("webhook.*"))(
    other_id("hook_id")
)
error_scenario(ErrorCode.RECORD_ID_INVALID, "id of another form")(unknown("hook_id"))
error_scenario(ErrorCode.ROLE_CONTEXT_NAME_INVALID, "context unknown")(unknown("context"))
error_scenario(
    ErrorCode.ROLE_CONTEXT_NAME_INVALID,
    "context of no name",
    where=operations_matching("role.update_role_context_by_uid"),
)(lambda prepared: prepared.overriding("body", rolecontext=[{"context": "", "roles": []}]))
error_scenario(ErrorCode.ADDITIONAL_PERMISSION_NOT_FOUND, "permission unknown")(unknown("context.permission"))
error_scenario(ErrorCode.REGISTRATION_DATA_NOT_FOUND, "record unknown")(other_id("registration_record"))
error_scenario(ErrorCode.REGISTRATION_DATA_TYPE_NOT_FOUND, "type unknown")(unknown("registration_record.type"))


@error_scenario(
    ErrorCode.WEBHOOK_NOT_SUBSCRIBED,
    "URL not subscribed",
    where=operations_matching("webhook_legacy.unsubscribe resthook.unsubscribe"),
)
def url_not_subscribed(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a URL that is not subscribed."""
    url = f"https://hooks.example.com/lrh-{uuid4().hex}"
    return _either(prepared, targeturl=url, target_url=url)


@error_scenario(ErrorCode.WEBHOOK_ALREADY_SUBSCRIBED, "subscribed already", times=2)
@error_scenario(ErrorCode.ROLE_NAME_INVALID_OR_ALREADY_EXISTS, "named already", times=2)
@error_scenario(
    ErrorCode.CUSTOM_FIELD_INVALID, "named already", times=2, where=operations_matching("custom_field.create")
)
@error_scenario(
    ErrorCode.REQUEST_INVALID,
    "named already",
    times=2,
    where=operations_matching(
        "*_template.create jwt_integration.create oauth_client.create saml_integration.create workflow.create"
    ),
)
def there_already(_ready: PreparedRequest) -> None:
    """Send the request twice."""


@error_scenario(ErrorCode.WEBHOOK_EVENT_INVALID, "event unknown")
def event_unknown(prepared: PreparedRequest) -> dict[str, Json]:
    """Send an unknown event."""
    return _either(prepared, event="NoSuchEvent", Event="NoSuchEvent")


@error_scenario(
    ErrorCode.WEBHOOK_TARGET_URL_INVALID,
    "target elsewhere",
    where=operations_matching("webhook.* webhook_legacy.subscribe resthook.subscribe"),
)
def target_elsewhere(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a URL that is not a web address."""
    return _either(prepared, **dict.fromkeys(("targeturl", "TargetUrl", "target_url"), "ftp://hooks.example.com/"))


def _either(prepared: PreparedRequest, **members: Json) -> dict[str, Json]:
    """Override those of the members that the request has."""
    part = "body" if prepared.operation.body is not None else "query"
    present = {name: value for name, value in members.items() if name in (prepared.request.get(part) or {})}
    return prepared.overriding(part, **present)


@error_scenario(ErrorCode.REGISTRATION_DATA_PARENT_NOT_FOUND, "parent unknown")
def parent_unknown(prepared: PreparedRequest) -> dict[str, Json]:
    """Send the id of an unknown parent."""
    nowhere = uuid4().hex[:24]
    if prepared.operation.body is None:
        return prepared.overriding("query", parentid=nowhere)
    if "Data" in prepared.body:
        return prepared.overriding("body", Data=[{**prepared.body["Data"][0], "ParentId": nowhere}])
    return prepared.overriding("body", ParentId=nowhere)


@error_scenario(ErrorCode.REGISTRATION_DATA_CHILD_NOT_FOUND, "no child")
def no_child(prepared: PreparedRequest) -> dict[str, Json]:
    """Use a record without children."""
    return prepared.overriding("query", parentid=prepared.preconditions.value("registration_record"))


@error_scenario(ErrorCode.REGISTRATION_DATA_HAS_NO_CODE, "record without code")
def record_without_code(prepared: PreparedRequest) -> dict[str, Json]:
    """Use a record without a code."""
    call, kind = prepared.preconditions.client.call, f"lrh-{uuid4().hex[:12]}"
    record = {"type": kind, "key": "Norway", "value": "no", "isactive": True}
    call("registration_data.add", body={"Data": [record]}).must_succeed()
    listed = call("registration_data.list", path={"type": kind}).must_succeed().data
    return prepared.overriding("body", recordid=listed[0]["Id"])


@error_scenario(ErrorCode.REGISTRATION_CODE_INCORRECT, "wrong code", where=operations_matching("registration_data.*"))
def wrong_code(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a wrong code."""
    return prepared.overriding("body", code="wrong")
