"""Fixture of a running emulator."""

from tests.scripted_tenant import running

__all__ = ["running"]
