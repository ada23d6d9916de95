"""Record a run as a stream of events, analyse it, and write reports."""
