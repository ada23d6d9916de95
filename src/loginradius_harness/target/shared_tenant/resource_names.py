"""Find the names of accounts, roles, records and webhooks in a call."""

from collections.abc import Iterator, Mapping
from typing import Any

from loginradius_harness.client.request import Call

Json = Any

# Member, parameter or path segment, in lower case -> kind of name.
_KINDS = {
    "email": "email", "emailid": "email", "phone": "phone", "phoneid": "phone", "phoneno2fa": "phone",
    "identifier": "email", "username": "username", "uid": "uid", "newuid": "uid", "accountid": "uid", "role": "role",
    "roleid": "role",
    "type": "type", "targeturl": "url", "target_url": "url", "hook_id": "id", "record_id": "id",
    "name": "name", "org_id": "id", "domain_id": "id", "permission_id": "id", "role_id": "id", "orgid": "id",
    "invitation_id": "id", "connection_id": "id", "group_role_id": "id", "inviteruid": "uid",
    "question": "name", "question_id": "id", "workflow_id": "id", "integration_id": "id",
    "appname": "name", "jwt_app": "name", "saml_app": "name", "oauth_client_name": "name", "displayname": "name",
    "provider": "provider", "providername": "provider", "saml_provider": "provider",
    "customfield": "name", "cfname": "name",
    "templatename": "name", "title": "name", "option_id": "id", "version": "version",
}  # fmt: skip
_LEAST_DIGITS = 7  # of a phone number
_TEXT_LISTS = {"roleids": "role", "rolesids": "role", "events": "name"}  # a consent form is known by its events
_LISTS = {"data", "profiles", "rolecontext"}  # of things with names of their own
# Elsewhere a name may be anybody's, and `type` says what kind of address or token is meant.
_GROUPS = {
    "name": {
        "consent_form", "custom_field", "email_template", "jwt_integration", "jwt_provider", "oauth_client",
        "oauth_integration", "organization", "permission", "saml_integration", "security_question", "sms_template",
        "tenant_role",
        "workflow",
    },
    "type": {"registration_data"},
    "version": {"consent_form"},
    "provider": {"oauth_provider", "saml_provider", "social_provider"},
}  # fmt: skip


def names_of(call: Call) -> frozenset[str]:
    """Return every name in a call that an account, role, record or webhook could have."""
    return frozenset(
        name
        for part in (call.path, call.query, call.body)
        for kind, name in _named(part)
        if _could_be(kind, name, call.operation.group)
    )


def _named(part: Json) -> Iterator[tuple[str, str]]:
    if not isinstance(part, Mapping):
        return
    for key, value in part.items():
        lowered = str(key).lower()
        if lowered == "email" and isinstance(value, list):
            yield from (("email", item["Value"]) for item in value if isinstance(item, Mapping) and "Value" in item)
        elif lowered == "roles" and isinstance(value, list):
            yield from (("role", member(item, "name") if isinstance(item, Mapping) else item) for item in value)
        elif lowered in _TEXT_LISTS and isinstance(value, list):
            yield from ((_TEXT_LISTS[lowered], item) for item in value)
        elif lowered in _LISTS and isinstance(value, list):
            for item in value:
                yield from _named(item if isinstance(item, Mapping) else {"provider": item})
        elif lowered in _KINDS and isinstance(value, str):
            yield _KINDS[lowered], form_name(value) if lowered == "version" else value


def form_name(version: Json) -> str:
    """Return the name of a consent form: a number alone could be anything."""
    return f"consent form {version}"


def member(body: Json, name: str) -> Json:
    """Return a member of a body, whatever the case of its name; None where there is none."""
    members = body.items() if isinstance(body, Mapping) else ()
    return next((value for key, value in members if str(key).lower() == name), None)


def _could_be(kind: str, name: Json, group: str) -> bool:
    """Return whether a name is possible: tests also send values that no account can have."""
    if not isinstance(name, str) or not name.strip():
        return False
    if kind == "email":
        return "@" in name
    if kind == "phone":
        return sum(character.isdigit() for character in name) >= _LEAST_DIGITS
    return kind not in _GROUPS or group in _GROUPS[kind]
