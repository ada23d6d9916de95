"""Sliding sessions (product-facts.md#lifetimes)."""

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member
from tests.emulator.enrolment import account_of
from tests.emulator.login_helpers import token_of

SLIDE = "session.slide_access_token"


def test_sliding_starts_the_life_of_the_token_anew(ask: Ask, person: Member, tenant: Tenant) -> None:
    token = token_of(ask, person)
    life = tenant.settings.access_token_seconds
    tenant.clock.advance(life - 10)
    assert ask(SLIDE, token=token).data["access_token"] == token
    tenant.clock.advance(life - 10)
    assert ask("authentication.validate_access_token", token=token).status == 200


def test_expired_token_does_not_slide(ask: Ask, person: Member, tenant: Tenant) -> None:
    token = token_of(ask, person)
    tenant.clock.advance(tenant.settings.access_token_seconds + 1)
    assert ask(SLIDE, token=token).code == ErrorCode.ACCESS_TOKEN_EXPIRED


def test_login_of_a_user_with_many_sessions_does_not_look_at_all_of_them(
    ask: Ask, person: Member, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[float] = []
    forget = tenant.sessions._forget_expired

    def noted(account: Account, now: float) -> None:
        looked.append(now)
        forget(account, now)

    monkeypatch.setattr(tenant.sessions, "_forget_expired", noted)
    kept = tenant.settings.sessions_kept
    tokens = [token_of(ask, person) for _ in range(kept + 20)]
    account = account_of(tenant, person)
    assert [session.token for session in tenant.sessions.of(account)] == tokens[-kept:]
    assert len(looked) == 1
    tenant.clock.advance(tenant.settings.access_token_seconds)
    newest = token_of(ask, person)
    assert (account.sessions, len(looked)) == ([newest], 2)
