"""Behaviour that several handlers share: login, registration, verification, password reset."""
