"""One domain to its pages.

`visiting` owns what is asked for next, `origins` where the home page is, `asking` how one address is asked for,
`loading` what redirects and answers mean, `reading` what a fetched page is.
"""

from domainscout.crawl.visiting import crawl

__all__ = ["crawl"]
