"""What is told: one record stream, and everything that is read from it."""
