"""A running emulator, for tests that hold contracts against its state."""

from tests.scripted_tenant import running, tenants

__all__ = ["running", "tenants"]
