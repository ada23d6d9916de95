"""Building blocks without state: clock, ids, keys, settings, store, dialects."""
