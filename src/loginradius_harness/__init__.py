"""Who asks: the client side that suites, journeys and load tests share."""
