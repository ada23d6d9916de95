"""The tenant under test: configuration, capabilities, diagnosis."""
