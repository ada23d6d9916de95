"""Model the states of an account, and run the model's transitions on a tenant."""
