"""The secured one-time token for registration (product-facts.md#sott)."""

from datetime import UTC, datetime

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.ids import DEFAULT_KEY, DEFAULT_SECRET
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.http import sott
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.tenants import TenantRegistry
from tests.emulator.conftest import Ask

# key and secret of the default tenant; window from 2030/1/2 03:4:5 to 03:14:5 (product-facts.md#sott)
VECTOR = (
    "9Qg6FiDtp0u76DaH/CBhQV5Htd5HyZjnruT8QlF+FcOweRk96GhKrRSvMYtMhcIB9vexd86KQcUKUwBcMFa36W5WkkDyMW+mJLADajvXNnc="
    "*bba9bb0fdce0cb61ec0fb54e22aa2731"
)


@pytest.fixture
def then() -> Tenant:
    """Return the default tenant, at the moment of the published vector."""
    tenant = TenantRegistry(Settings(), DEFAULT_KEY, DEFAULT_SECRET).default
    tenant.clock.advance(datetime(2030, 1, 2, 3, 5, tzinfo=UTC).timestamp() - tenant.clock.now())
    return tenant


def refusal(token: str, tenant: Tenant) -> int | None:
    """Return the code that the tenant refuses the token with; None where it takes it."""
    try:
        sott.check(token, tenant)
    except ApiError as error:
        return error.code
    return None


def test_published_vector_opens(then: Tenant) -> None:
    assert refusal(VECTOR, then) is None


@pytest.mark.parametrize("seconds", [-3_600, 3_600])
def test_published_vector_is_refused_outside_its_window(then: Tenant, seconds: int) -> None:
    then.clock.advance(seconds)
    assert refusal(VECTOR, then) == ErrorCode.SOTT_INVALID


def test_token_may_be_used_again_unless_the_tenant_forbids_it(then: Tenant) -> None:
    assert [refusal(VECTOR, then), refusal(VECTOR, then)] == [None, None]
    then.settings.sott_single_use = True
    assert [refusal(VECTOR, then), refusal(VECTOR, then)] == [None, ErrorCode.SOTT_INVALID]


def test_token_of_another_tenant_is_refused(then: Tenant) -> None:
    other = TenantRegistry(Settings(), "99999999-1111-2222-3333-444444444444", DEFAULT_SECRET).default
    other.clock.advance(then.clock.now() - other.clock.now())
    token = sott.make(other, 10)[0]
    assert (refusal(token, other), refusal(token, then)) == (None, ErrorCode.SOTT_INVALID)


def test_window_is_as_long_as_asked(ask: Ask, tenant: Tenant) -> None:
    before = tenant.clock.now()
    made = ask("sott.generate_sott", query={"timeDifference": 30}).data
    ends = datetime.fromisoformat(made["ExpiryTime"]).timestamp()
    assert 0 <= ends - before - 30 * 60 < 60
    assert refusal(made["Sott"], tenant) is None


@pytest.mark.parametrize("minutes", ["0", "-5", "soon"])
def test_window_of_no_length_is_refused(ask: Ask, minutes: str) -> None:
    assert ask("sott.generate_sott", query={"timeDifference": minutes}).code == ErrorCode.PARAMETER_MALFORMED


def test_secret_is_needed(ask: Ask) -> None:
    assert ask("sott.generate_sott", secret=False).code == ErrorCode.API_SECRET_MISSING
