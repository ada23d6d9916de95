"""Diagnose the configuration of a target before the first test. Each module checks one layer, the local ones first."""
