"""What a load run sends: scenarios, virtual users, arrival schedule, account pool."""
