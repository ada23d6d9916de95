"""User actions on a tenant, one module for each topic."""
