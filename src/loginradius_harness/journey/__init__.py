"""Verbs by topic. A Journey holds one of each."""
