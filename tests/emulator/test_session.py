"""Sliding sessions (product-facts.md#lifetimes)."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member
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
