"""One module per API group: what the tenant does."""
