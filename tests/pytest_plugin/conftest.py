"""Fixtures of a scripted tenant and a running emulator."""

from tests.scripted_tenant import client, heard, make_client, running, sleeper, stage, tenant

__all__ = ["client", "heard", "make_client", "running", "sleeper", "stage", "tenant"]
