"""The cloud directory: queries over users and records, and figures about users (product-facts.md#directory)."""

from typing import Any

from loginradius_harness.emulator.handlers.custom_object import configured_name
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
    return pages.first_page(call, "records", configured_name(call, "customobject"))


@handles("directory.list_custom_objects")
def list_custom_objects(call: RequestContext) -> Json:
    """Return further records of a query."""
    return pages.next_page(call, "records")


@handles("directory.query_identities_with_custom_objects")
def query_identities_with_custom_objects(call: RequestContext) -> Json:
    """Return the first users with records that fit the query."""
    return pages.first_page(call, "users_with_records", configured_name(call, "customobject"))


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
