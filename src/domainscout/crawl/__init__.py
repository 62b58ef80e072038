"""One domain to its pages. `visiting` owns the order of requests, `reading` what a fetched page is."""

from domainscout.crawl.visiting import crawl

__all__ = ["crawl"]
