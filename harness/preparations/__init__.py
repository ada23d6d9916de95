"""A function for each name that contract examples use. Importing this package registers them all."""

from harness.preparations import agreements, data, factors, links, people, phones, pins, providers, tokens

__all__ = ["agreements", "data", "factors", "links", "people", "phones", "pins", "providers", "tokens"]
