"""Generate valid and invalid requests from contracts, and judge the answers."""
