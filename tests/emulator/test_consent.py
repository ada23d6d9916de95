"""Consent forms: the login that waits for them, the profile, the log."""

from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member

pytestmark = pytest.mark.preset("consent", consent_options=["terms"])


def form(*accepted: str, declined: str = "", event: str = "Login") -> dict[str, Any]:
    """Return a filled-in form."""
    options = [{"ConsentOptionId": option, "IsAccepted": True} for option in accepted]
    options += [{"ConsentOptionId": declined, "IsAccepted": False}] if declined else []
    return {"Events": [{"Event": event, "IsCustom": False}], "Data": options}


def log_in(ask: Ask, person: Member) -> Answer:
    """With the right password."""
    return ask("authentication.login_by_email", body={"email": person.email, "password": person.password})


def submit(ask: Ask, token: str, body: dict[str, Any]) -> Answer:
    """With the consent token of a refused login."""
    return ask("consent.submit_by_consent_token", query={"consentToken": token}, body=body)


@pytest.fixture
def consent_token(ask: Ask, person: Member) -> str:
    """Return the error of a login without consent."""
    answer = log_in(ask, person)
    assert answer.code == ErrorCode.CONSENT_REQUIRED
    token: str = answer.data["Data"]["ConsentToken"]
    return token


@pytest.fixture
def token(ask: Ask, person: Member) -> str:
    """Return an access token of the person, who has not answered any form."""
    token: str = ask("account.get_access_token_by_uid", query={"uid": person.uid}).data["access_token"]
    return token


def test_submitted_form_continues_the_login_and_later_ones_ask_no_more(
    ask: Ask, person: Member, consent_token: str
) -> None:
    session = submit(ask, consent_token, form("terms")).data
    assert session["Profile"]["Uid"] == person.uid
    assert session["Profile"]["ConsentProfile"]["Consents"][0]["ConsentOptionId"] == "terms"
    assert log_in(ask, person).status == 200


@pytest.mark.parametrize("body", [form("unknown"), form(declined="terms"), form()])
def test_refused_form_leaves_the_token_as_it_was(ask: Ask, consent_token: str, body: dict[str, Any]) -> None:
    assert submit(ask, consent_token, body).code == ErrorCode.CONSENT_FORM_INVALID
    assert submit(ask, consent_token, form("terms")).status == 200


def test_consent_token_is_single_use(ask: Ask, consent_token: str) -> None:
    submit(ask, consent_token, form("terms"))
    assert submit(ask, consent_token, form("terms")).code == ErrorCode.CONSENT_TOKEN_INVALID


def test_consent_token_expires(ask: Ask, tenant: Tenant, consent_token: str) -> None:
    tenant.clock.advance(tenant.settings.consent_token_seconds)
    assert submit(ask, consent_token, form("terms")).code == ErrorCode.CONSENT_TOKEN_EXPIRED


def test_newer_form_is_asked_for_again(ask: Ask, tenant: Tenant, person: Member, consent_token: str) -> None:
    submit(ask, consent_token, form("terms"))
    tenant.settings.consent_form_version = 2
    assert log_in(ask, person).code == ErrorCode.CONSENT_REQUIRED


@pytest.mark.preset("consent", consent_strict=False)
def test_optional_form_stops_no_login(ask: Ask, person: Member) -> None:
    assert log_in(ask, person).status == 200


def test_form_by_access_token_stands_in_the_profile(ask: Ask, token: str) -> None:
    profile = ask("consent.submit_by_access_token", token=token, body=form("terms", event="checkout")).data
    accepted = profile["ConsentProfile"]["AcceptedConsentVersions"]
    assert accepted == [{"Event": "checkout", "Version": 1, "IsCustom": True}]


@pytest.mark.preset("consent", consent_strict=False, consent_options=["terms", "news"])
def test_consent_is_withdrawn(ask: Ask, token: str) -> None:
    ask("consent.submit_by_access_token", token=token, body=form("terms", "news"))
    body = {"Consents": [{"ConsentOptionId": "news", "IsAccepted": False}]}
    changed = ask("consent.update_profile", token=token, body=body).data
    assert [entry["ConsentOptionId"] for entry in changed["Consents"]] == ["terms"]


def test_mandatory_consent_cannot_be_withdrawn(ask: Ask, token: str) -> None:
    body = {"Consents": [{"ConsentOptionId": "terms", "IsAccepted": False}]}
    assert ask("consent.update_profile", token=token, body=body).code == ErrorCode.CONSENT_FORM_INVALID


def test_check_follows_the_answers(ask: Ask, token: str) -> None:
    query = {"event": "login", "isCustom": "false"}
    before = ask("consent.verify", token=token, query=query).data
    ask("consent.submit_by_access_token", token=token, body=form("terms"))
    after = ask("consent.verify", token=token, query=query).data
    assert (before["IsValid"], before["ConsentProfile"]["Consents"], after["IsValid"]) == (False, [], True)
    assert ask("consent.verify", token=token, query={"event": "Register"}).data["IsValid"] is False


def test_every_change_is_logged_newest_first(ask: Ask, person: Member, token: str) -> None:
    ask("consent.submit_by_access_token", token=token, body=form("terms"))
    body = {"Consents": [{"ConsentOptionId": "terms", "IsAccepted": True}]}
    ask("consent.update_profile", token=token, body=body, headers={"X-Origin-IP": "192.0.2.7"})
    log = ask("consent.get_logs", token=token).data
    assert [entry["UpdateType"] for entry in log["ConsentLogs"]] == ["ConsentEditor", "Default"]
    assert log["ConsentLogs"][0]["IP"] == "192.0.2.7"
    assert log["ConsentLogs"][1]["ConsentLogs"] == [{"ConsentId": "terms", "Event": "Subscribe"}]
    assert ask("consent.get_logs_by_uid", path={"uid": person.uid}).data == log


def test_empty_log_is_refused(ask: Ask, person: Member, token: str) -> None:
    assert ask("consent.get_logs", token=token).code == ErrorCode.CONSENT_LOG_NOT_FOUND
    assert ask("consent.get_logs_by_uid", path={"uid": person.uid}).code == ErrorCode.CONSENT_LOG_NOT_FOUND


CALLS: list[tuple[str, dict[str, Any]]] = [
    ("consent.submit_by_access_token", {"body": form("terms")}),
    ("consent.update_profile", {"body": {"Consents": [{"ConsentOptionId": "terms", "IsAccepted": True}]}}),
    ("consent.verify", {"query": {"event": "Login"}}),
]


@pytest.mark.preset("default")
@pytest.mark.parametrize(("operation", "parts"), [*CALLS, ("consent.get_logs", {})])
def test_calls_are_refused_where_consent_is_off(ask: Ask, token: str, operation: str, parts: dict[str, Any]) -> None:
    assert ask(operation, token=token, **parts).code == ErrorCode.CONSENT_DISABLED


@pytest.mark.preset("consent", consent_options=[])
@pytest.mark.parametrize(("operation", "parts"), CALLS)
def test_calls_are_refused_without_a_form(ask: Ask, token: str, operation: str, parts: dict[str, Any]) -> None:
    assert ask(operation, token=token, **parts).code == ErrorCode.CONSENT_FORM_NOT_CONFIGURED
