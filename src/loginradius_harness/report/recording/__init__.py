"""Record a run as a stream of events."""
