"""Sessions that the tenant's own servers open, renew and revoke."""

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member


def impersonate(ask: Ask, person: Member) -> dict[str, str]:
    """Return a token pair of the person."""
    tokens: dict[str, str] = ask("account.get_access_token_by_uid", query={"uid": person.uid}).data
    return tokens


def refresh(ask: Ask, token: str) -> Answer:
    """Exchange a refresh token."""
    return ask("account.refresh_access_token_by_refresh_token", query={"refresh_Token": token})


def alive(ask: Ask, tokens: dict[str, str]) -> bool:
    """Whether the access token of a pair is still taken."""
    return ask("authentication.validate_access_token", token=tokens["access_token"]).status == 200


def test_impersonation_counts_no_login(ask: Ask, person: Member, tenant: Tenant) -> None:
    assert alive(ask, impersonate(ask, person))
    assert tenant.managed_account(person.uid).logins == 0


def test_refresh_gives_a_new_pair_and_leaves_the_old_access_token(ask: Ask, person: Member) -> None:
    old = impersonate(ask, person)
    new = refresh(ask, old["refresh_token"]).data
    assert set(old.values()) & set(new.values()) == set()
    assert alive(ask, old)
    assert alive(ask, new)


def test_refresh_token_is_single_use(ask: Ask, person: Member) -> None:
    token = impersonate(ask, person)["refresh_token"]
    refresh(ask, token)
    assert refresh(ask, token).code == ErrorCode.REFRESH_TOKEN_INVALID


@pytest.mark.preset("default", refresh_replay_ends_family=True)
def test_replayed_refresh_token_ends_its_family_only(ask: Ask, person: Member) -> None:
    first, other = impersonate(ask, person)["refresh_token"], impersonate(ask, person)["refresh_token"]
    second = refresh(ask, first).data["refresh_token"]
    refresh(ask, first)
    assert refresh(ask, second).code == ErrorCode.REFRESH_TOKEN_INVALID
    assert refresh(ask, other).status == 200


def test_chain_of_refreshes_ends_one_lifetime_after_its_login(ask: Ask, person: Member, tenant: Tenant) -> None:
    first = impersonate(ask, person)["refresh_token"]
    tenant.clock.advance(tenant.settings.refresh_token_seconds - 1)
    second = refresh(ask, first).data["refresh_token"]
    tenant.clock.advance(1)
    assert refresh(ask, second).code == ErrorCode.REFRESH_TOKEN_INVALID


def test_access_token_refreshes_nothing(ask: Ask, person: Member) -> None:
    assert refresh(ask, impersonate(ask, person)["access_token"]).code == ErrorCode.REFRESH_TOKEN_INVALID


def test_revoked_refresh_token_is_refused_while_its_access_token_lives_on(ask: Ask, person: Member) -> None:
    tokens = impersonate(ask, person)
    assert ask("account.revoke_refresh_token", query={"refresh_Token": tokens["refresh_token"]}).status == 200
    assert refresh(ask, tokens["refresh_token"]).code == ErrorCode.REFRESH_TOKEN_INVALID
    assert alive(ask, tokens)


def test_revocation_by_uid_ends_every_refresh_token(ask: Ask, person: Member) -> None:
    pairs = [impersonate(ask, person) for _ in range(2)]
    assert ask("account.revoke_all_refresh_tokens_by_uid", path={"uid": person.uid}).status == 200
    assert [refresh(ask, pair["refresh_token"]).code for pair in pairs] == [
        ErrorCode.REFRESH_TOKEN_INVALID,
        ErrorCode.REFRESH_TOKEN_INVALID,
    ]


def test_refresh_token_must_be_a_guid(ask: Ask) -> None:
    assert refresh(ask, "not a token").code == ErrorCode.REFRESH_TOKEN_INVALID


@pytest.mark.preset("default", session_limit=1)
def test_session_limit_binds_impersonation(ask: Ask, person: Member) -> None:
    impersonate(ask, person)
    assert ask("account.get_access_token_by_uid", query={"uid": person.uid}).code == ErrorCode.SESSION_LIMIT_EXCEEDED
