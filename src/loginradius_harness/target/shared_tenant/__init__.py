"""Protection of a shared tenant: guard, budget, resource log, cleanup."""
