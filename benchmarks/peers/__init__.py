"""The same work done by other means, each a script of its own that prints one JSON line of figures."""
