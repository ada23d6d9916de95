"""The control API: what only a test may do to an emulated tenant."""
