"""Functions that prepare the names in contract examples; `registry` finds them in the modules of this package."""
