"""Rules that the order of exchanges shows, and what must not be taken for their violation."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from loginradius_harness import contracts
from loginradius_harness.traffic import order
from loginradius_harness.traffic.exchange import RecordedExchange
from loginradius_harness.traffic.judge import Judge

Json = Any
API, HUB = "https://api.loginradius.com", "https://mycompany.hub.loginradius.com"
SECRET = "6f1f7a3e-0000-4000-8000-0123456789ab"
START = datetime(2026, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KEYS = {"apikey": "k", "apisecret": "s"}


def asked(method: str, url: str, body: Json = None, answer: Json = None, bearer: str = "") -> RecordedExchange:
    return RecordedExchange(
        "request", method, url, {"Authorization": f"Bearer {bearer}"} if bearer else {},
        json.dumps(body), 200, json.dumps(answer),
    )  # fmt: skip


def get(path: str, host: str = API, **query: str) -> RecordedExchange:
    return asked("GET", f"{host}{path}?{urlencode(KEYS | query)}")


PROFILE = asked("GET", f"{API}/identity/v2/auth/account?apikey=k", bearer=SECRET)
LOGOUT = asked("GET", f"{API}/identity/v2/auth/access_token/invalidate?apikey=k", bearer=SECRET)
RESET = asked("PUT", f"{API}/identity/v2/auth/password/reset?apikey=k", {"resettoken": SECRET, "password": "a"})
RESET_PIN = asked("PUT", f"{API}/identity/v2/auth/pin/reset/token?apikey=k", {"ResetToken": SECRET, "PIN": "123456"})
REFRESH = get("/identity/v2/manage/account/access_token/refresh", refresh_Token=SECRET)
REVOKE = get("/identity/v2/manage/account/access_token/refresh/revoke", refresh_Token=SECRET)
VERIFY = get("/identity/v2/auth/email", verificationToken=SECRET)
PASSWORDLESS = get("/identity/v2/auth/login/passwordlesslogin/email/verify", verificationToken=SECRET)
SMART = get("/identity/v2/auth/email/smartlogin", verificationToken=SECRET)
ONE_TOUCH = get("/identity/v2/auth/email/onetouchlogin", verificationToken=SECRET)


def hub(path: str, **body: str) -> RecordedExchange:
    return asked("POST", f"{HUB}{path}", body)


CODE = hub("/api/oidc/shop/token", grant_type="authorization_code", code=SECRET, client_id="c")
OAUTH_CODE = hub("/api/oauth/shop/token", grant_type="authorization_code", code=SECRET, client_id="c")
RENEW = hub("/api/oidc/shop/token", grant_type="refresh_token", refresh_token=SECRET, client_id="c")
END = hub("/api/oidc/shop/revoke", token=SECRET, client_id="c")
USERINFO = asked("GET", f"{HUB}/service/oidc/shop/userinfo", bearer=SECRET)
INTROSPECT = asked("POST", f"{HUB}/api/oidc/shop/introspect", {"token": SECRET}, {"active": True})

BROKEN = {
    "token after log-out": (LOGOUT, PROFILE, order.DEAD_TOKEN),
    "reset token twice": (RESET, RESET, "recovery.reset_token_dies_on_first_use"),
    "refresh token twice": (REFRESH, REFRESH, "tokens.refresh_token_is_single_use"),
    "revoked refresh token": (REVOKE, REFRESH, "tokens.revoked_refresh_token_is_refused"),
    "verification link twice": (VERIFY, VERIFY, "verification.link_dies_on_first_use"),
    "passwordless link twice": (PASSWORDLESS, PASSWORDLESS, "passwordless.link_is_single_use"),
    "smart-login link twice": (SMART, SMART, "smart_login.link_is_single_use"),
    "one-touch link twice": (ONE_TOUCH, ONE_TOUCH, "one_touch.link_is_single_use"),
    "authorization code twice": (CODE, CODE, "federation.code_works_once"),
    "authorization code of OAuth twice": (OAUTH_CODE, OAUTH_CODE, "federation.code_works_once"),
    "refresh token of an app twice": (RENEW, RENEW, "federation.refresh_token_works_once"),
    "revoked refresh token of an app": (END, RENEW, "federation.revoked_token_is_not_active"),
    "revoked token at userinfo": (END, USERINFO, "federation.userinfo_refuses_other_tokens"),
    "revoked token is active": (END, INTROSPECT, "federation.revoked_token_is_not_active"),
}


def rules(*exchanges: RecordedExchange) -> list[str]:
    """Return the rules of behaviour that judged exchanges break."""
    judge = Judge()
    for exchange in exchanges:
        judge.add(exchange)
    known = {rule.id for rule in contracts.rules()}
    return [found.requirement for found in judge.judgement.deviations if found.requirement in known]


@pytest.mark.parametrize("name", BROKEN)
def test_what_ended_or_was_used_must_not_work_again(name: str) -> None:
    first, second, rule = BROKEN[name]
    assert rules(first, second) == [rule]
    assert rules(first) == rules(second) == []


@pytest.mark.parametrize("name", BROKEN)
def test_refusal_of_the_second_is_as_promised(name: str) -> None:
    first, second, _ = BROKEN[name]
    assert rules(first, replace(second, status=403)) == []
    assert rules(replace(first, status=403), second) == []


def test_other_secret_is_not_the_one_that_was_used() -> None:
    assert rules(VERIFY, get("/identity/v2/auth/email", verificationToken=SECRET[::-1])) == []


def at(exchange: RecordedExchange, start: datetime, seconds: float = 0.5) -> RecordedExchange:
    return replace(exchange, started=start, seconds=seconds)


def test_same_exchange_recorded_twice_is_one_use() -> None:
    assert rules(at(RESET, START), at(RESET, START)) == []
    assert rules(at(RESET, START), at(RESET, START + SECOND)) == ["recovery.reset_token_dies_on_first_use"]


def test_request_sent_before_the_logout_had_ended_shows_nothing() -> None:
    assert rules(at(LOGOUT, START, 2), at(PROFILE, START + SECOND)) == []
    assert rules(at(LOGOUT, START), at(PROFILE, START - SECOND)) == []
    assert rules(at(LOGOUT, START), at(PROFILE, START + SECOND)) == [order.DEAD_TOKEN]


def test_what_was_not_recorded_in_its_order_shows_nothing() -> None:
    assert rules(LOGOUT, replace(PROFILE, in_order=False)) == []


def test_unresolved_variable_is_no_secret() -> None:
    variable = get("/identity/v2/auth/email", verificationToken="{{token}}")
    assert rules(variable, variable) == []


def test_secrets_are_not_kept() -> None:
    judged = order.Order()
    for exchange in (LOGOUT, RESET, END):
        list(judged.check("authentication.invalidate_access_token", exchange))
    assert SECRET not in repr([vars(seen) for seen in vars(judged).values()])


def test_rule_that_only_a_standard_demands_is_a_security_finding() -> None:
    judge = Judge()
    for exchange in (CODE, CODE, RESET, RESET):
        judge.add(exchange)
    kinds = {
        found.requirement: found.kind for found in judge.judgement.deviations if found.expected.startswith("an error")
    }
    assert kinds == {"federation.code_works_once": "finding", "recovery.reset_token_dies_on_first_use": "broken"}
    assert all(found.fails for found in judge.judgement.deviations if found.requirement in kinds)


@pytest.mark.parametrize("host", ["mycompany.hub.loginradius.com", "MYCOMPANY.hub.loginradius.com", "auth.example.org"])
def test_hub_and_custom_domain_are_judged(host: str) -> None:
    judge = Judge(["auth.example.org"])
    judge.add(replace(USERINFO, url=USERINFO.url.replace("mycompany.hub.loginradius.com", host)))
    assert judge.judgement.judged == {"oidc.get_userinfo": 1}


@pytest.mark.parametrize("host", ["hub.loginradius.com.example.com", "loginradius.com", "example.com"])
def test_other_host_is_left_alone(host: str) -> None:
    judge = Judge()
    judge.add(replace(USERINFO, url=USERINFO.url.replace("mycompany.hub.loginradius.com", host)))
    assert (judge.judgement.judged, judge.judgement.elsewhere) == ({}, 1)
