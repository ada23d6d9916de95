"""Fixtures of a scripted tenant and a running emulator."""

from tests.scripted_tenant import client, exchanges, make_client, running, sleeper, tenant, tenants

__all__ = ["client", "exchanges", "make_client", "running", "sleeper", "tenant", "tenants"]
