"""What management reads and writes of a tenant, and who may."""
