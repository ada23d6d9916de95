"""Judge recorded traffic: read exchanges from files and check them against the contracts."""
