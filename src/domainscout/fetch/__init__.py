"""Fetching: one polite, guarded, capped request after another. Owns every socket to other people's servers."""

from domainscout.fetch.charset import text_of
from domainscout.fetch.failures import FetchError, Step
from domainscout.fetch.fetcher import READABLE, Fetcher, Response, Visit, open_fetcher

__all__ = ["READABLE", "FetchError", "Fetcher", "Response", "Step", "Visit", "open_fetcher", "text_of"]
