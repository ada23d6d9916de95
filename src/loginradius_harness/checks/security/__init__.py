"""Shared parts of the security suite: checklist, attacks and evidence."""
