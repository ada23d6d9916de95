"""Second factors that are someone else's: phones with the tenant's app, and Duo. Tests script both."""
