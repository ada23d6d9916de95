"""What is asked of a tenant."""
