"""What a user does with the own access token (product-facts.md#tokens)."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member
from tests.emulator.login_helpers import log_in, token_of

VALIDATE = "authentication.validate_access_token"
INVALIDATE = "authentication.invalidate_access_token"
REFRESH = "account.refresh_access_token_by_refresh_token"


def test_live_token_is_shown_as_issued(ask: Ask, person: Member) -> None:
    issued = log_in(ask, person).data
    shown = ask(VALIDATE, token=issued["access_token"]).data
    assert shown == {name: issued[name] for name in ("access_token", "refresh_token", "expires_in")}


def test_expired_token_is_refused(ask: Ask, person: Member, tenant: Tenant) -> None:
    token = token_of(ask, person)
    tenant.clock.advance(tenant.settings.access_token_seconds + 1)
    assert ask(VALIDATE, token=token).code == ErrorCode.ACCESS_TOKEN_EXPIRED


def test_missing_invalid_or_foreign_token_is_refused(ask: Ask) -> None:
    assert ask(VALIDATE).code == ErrorCode.ACCESS_TOKEN_MISSING
    assert (
        ask(VALIDATE, token="00000000-0000-0000-0000-000000000001").code == ErrorCode.ACCESS_TOKEN_INVALID
    )  # unknown on purpose


def test_token_of_a_blocked_account_is_refused(ask: Ask, person: Member, tenant: Tenant) -> None:
    token = token_of(ask, person)
    tenant.managed_account(person.uid).active = False
    assert ask(VALIDATE, token=token).code == ErrorCode.ACCOUNT_BLOCKED


def test_token_in_the_query_does_as_well(ask: Ask, person: Member) -> None:
    token = token_of(ask, person)
    assert ask(VALIDATE, query={"access_token": token}).status == 200


def test_header_takes_precedence_over_query(ask: Ask, person: Member) -> None:
    token = token_of(ask, person)
    assert ask(VALIDATE, query={"access_token": "dead"}, token=token).status == 200


def test_info_names_the_provider(ask: Ask, person: Member) -> None:
    token = token_of(ask, person)
    shown = ask("authentication.get_access_token_info", token=token).data
    assert shown == {"provider": "Email", "access_token": token, "isrememberme": False}


def test_invalidated_token_is_dead_and_its_refresh_token_lives(ask: Ask, person: Member) -> None:
    issued = log_in(ask, person).data
    assert ask(INVALIDATE, token=issued["access_token"]).data == {"IsPosted": True}
    assert ask(VALIDATE, token=issued["access_token"]).code == ErrorCode.ACCESS_TOKEN_INVALID
    assert ask(REFRESH, query={"refresh_Token": issued["refresh_token"]}).status == 200


def test_invalidation_may_take_the_refresh_token_along(ask: Ask, person: Member) -> None:
    issued = log_in(ask, person).data
    ask(INVALIDATE, query={"preventRefresh": "true"}, token=issued["access_token"])
    assert ask(REFRESH, query={"refresh_Token": issued["refresh_token"]}).code == ErrorCode.REFRESH_TOKEN_INVALID


def test_other_sessions_survive_a_logout(ask: Ask, person: Member) -> None:
    ended, kept = token_of(ask, person), token_of(ask, person)
    ask(INVALIDATE, token=ended)
    assert ask(VALIDATE, token=kept).status == 200
