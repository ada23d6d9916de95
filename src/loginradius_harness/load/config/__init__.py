"""Load profiles, targets and the run plan."""
