"""Documents that repeat each other: what was found out about one is not worked out again for the next, byte for byte as if it were."""
