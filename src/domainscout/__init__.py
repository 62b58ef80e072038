"""Company domains in, company profiles out: every value with the page and the words it came from."""

__version__ = "0.1.0"
