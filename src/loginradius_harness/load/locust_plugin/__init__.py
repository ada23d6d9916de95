"""The locust plug-in: users, coordinator, worker, web UI. Importing it imports locust, which patches sockets."""
