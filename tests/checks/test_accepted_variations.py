"""A valid request that is refused: a contract failure where all is strict, a hint on a tenant."""

import contextlib

import pytest
from msgspec.structs import replace

from loginradius_harness import contracts, emulator
from loginradius_harness.checks.generation.assertions import CaseFailed, accepted_variations
from loginradius_harness.checks.generation.valid_variations import Variation
from loginradius_harness.contracts import Violation
from loginradius_harness.target.target import load_target
from loginradius_harness.tenants import TenantProvider

UPDATE = contracts.get("account.update_account_by_uid")
REFUSED = Variation({("body", "FirstName"): 7})  # the emulator refuses it with a documented error


@pytest.mark.parametrize("strict", [True, False])
def test_documented_refusal_of_a_valid_member_is_graded(*, strict: bool) -> None:
    hints: list[tuple[str, Violation]] = []
    with contextlib.ExitStack() as stack:
        running = stack.enter_context(emulator.running())
        target = replace(load_target(running.url, environ={}), strict=strict)
        provider = TenantProvider(target, lambda _exchange: None, on_hint=lambda *hint: hints.append(hint))
        stack.callback(provider.close)
        asked = accepted_variations(UPDATE, provider.for_preset(UPDATE.preset), [REFUSED])
        if strict:
            with pytest.raises(CaseFailed, match="body member FirstName may be 7") as failed:
                list(asked)
            assert (failed.value.grade, bool(failed.value.source), hints) == ("inferred", True, [])
        else:
            assert list(asked) == []
            [(operation, hint)] = hints
            assert (operation, hint.requirement, hint.grade) == (
                UPDATE.id,
                "body member FirstName may be 7",
                "inferred",
            )
