"""Analyse recorded runs: coverage, drift, history, known issues."""
