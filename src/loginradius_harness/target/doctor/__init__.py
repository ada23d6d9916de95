"""What can be wrong with a target, found before the first test. Each module looks at one layer, from near to far."""
