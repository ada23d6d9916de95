"""The HTTP layer: parsing, credentials, validation, field selection."""
