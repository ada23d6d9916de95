"""The load engine: event loop, connections, rate limiter."""
