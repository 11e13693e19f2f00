"""One widget for each kind of field; every one is a single Tab stop."""
