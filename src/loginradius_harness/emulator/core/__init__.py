"""Building blocks without product knowledge: clock, ids, keys, settings, store."""
