"""The cloud directory: queries over users and records, and figures about users (product-facts.md#directory)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.directory import insights, pages, rows

Json = Any


@handles("directory.query_identities")
def query_identities(call: RequestContext) -> Json:
    """Return the first users that fit the query."""
    return pages.first_page(call, "users")


@handles("directory.list_identities")
def list_identities(call: RequestContext) -> Json:
    """Return further users of a query."""
    return pages.next_page(call, "users")


@handles("directory.query_custom_objects")
def query_custom_objects(call: RequestContext) -> Json:
    """Return the first records that fit the query."""
    return pages.first_page(call, "records", _object_name(call))


@handles("directory.list_custom_objects")
def list_custom_objects(call: RequestContext) -> Json:
    """Return further records of a query."""
    return pages.next_page(call, "records")


@handles("directory.query_identities_with_custom_objects")
def query_identities_with_custom_objects(call: RequestContext) -> Json:
    """Return the first users with records that fit the query."""
    return pages.first_page(call, "users_with_records", _object_name(call))


@handles("directory.list_identities_with_custom_objects")
def list_identities_with_custom_objects(call: RequestContext) -> Json:
    """Return further users with records of a query."""
    return pages.next_page(call, "users_with_records")


@handles("directory.query_insights")
def query_insights(call: RequestContext) -> Json:
    """Return figures about the users that were created in a period."""
    found = [row.shown for row in pages.created_within(rows.users(call.tenant, ""), call.body)]
    asked = call.body["q"]["aggregations"]
    return {
        "total": len(found),
        "aggregations": {name: insights.figure(aggregation, found) for name, aggregation in asked.items()},
    }


def _object_name(call: RequestContext) -> str:
    """Return the custom object that the query names.

    Raise CUSTOM_OBJECTS_NOT_CONFIGURED where the tenant has none, CUSTOM_OBJECT_NAME_INVALID for an unknown one.
    """
    name: str = call.query["customobject"]
    settings = call.settings
    if not settings.custom_objects and not settings.any_custom_object:
        raise ApiError(ErrorCode.CUSTOM_OBJECTS_NOT_CONFIGURED)
    if name not in settings.custom_objects and not settings.any_custom_object:
        raise ApiError(ErrorCode.CUSTOM_OBJECT_NAME_INVALID)
    return name
