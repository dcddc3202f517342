"""One module for each service: seed(c) builds resources, record(c) yields their items, PAIRS names rules and checks."""
