"""Judge a load run: limits, validity, comparison, capacity."""
