"""Fetching: one polite, guarded, capped request after another. Owns every socket to other people's servers."""

from domainscout.fetch.answers import READABLE, Response, may_be_page, media_type
from domainscout.fetch.charset import text_of
from domainscout.fetch.decoding import unpacked
from domainscout.fetch.failures import FetchError, Step
from domainscout.fetch.fetcher import Fetcher, Visit, open_fetcher

__all__ = [
    "READABLE",
    "FetchError",
    "Fetcher",
    "Response",
    "Step",
    "Visit",
    "may_be_page",
    "media_type",
    "open_fetcher",
    "text_of",
    "unpacked",
]
