"""Counters and histograms of a load run."""
