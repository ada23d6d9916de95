"""Lint, format and export contracts."""
