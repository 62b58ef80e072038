"""Scrapy with the same text extraction, as a comparison; runs in an environment of its own.

    python scrapy_crawl.py HTTP_PORT PATHS_FILE [--follow]

PATHS_FILE holds one "host path" a line. Without `--follow` every line is fetched, nothing has to be found; with it a
host's home page is where Scrapy starts, and its own link extractor finds the others, as a crawl of companies has to.
Prints {"pages", "seconds", "rss_mib"}.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import scrapy  # type: ignore[import-not-found]
from scrapy.crawler import CrawlerProcess  # type: ignore[import-not-found]
from scrapy.linkextractors import LinkExtractor  # type: ignore[import-not-found]
from selectolax.lexbor import LexborHTMLParser

texts = 0


class TextSpider(scrapy.Spider):  # type: ignore[misc]
    """Fetches every address of the list and takes its text."""

    name = "text"

    async def start(self) -> Any:
        """All requests, filtered by nothing."""
        for request in self._requests():
            yield request

    def parse(self, response: Any, host: str) -> Any:
        """Count pages that gave text."""
        global texts
        body = LexborHTMLParser(response.text).body
        texts += bool(body is not None and body.text(separator=" "))

    def _requests(self) -> Iterator[Any]:
        for line in _lines():
            host, path = line.split()
            yield _request(host, _origin() + path)


class FollowingSpider(TextSpider):
    """Starts at the home page of every host and follows its links to the pages of the list."""

    name = "following"

    def __init__(self) -> None:
        super().__init__()
        self._wanted = {(host, _origin() + path) for host, path in map(str.split, _lines())}
        self._links = LinkExtractor()

    def parse(self, response: Any, host: str) -> Any:
        """Count the page and ask for what it links to, once each."""
        super().parse(response, host)
        for link in self._links.extract_links(response):
            if (host, link.url) in self._wanted:
                self._wanted.remove((host, link.url))
                yield _request(host, link.url)

    def _requests(self) -> Iterator[Any]:
        for host in sorted({host for host, _ in self._wanted}):
            self._wanted.discard((host, _origin() + "/"))
            yield _request(host, _origin() + "/")


def _lines() -> list[str]:
    return Path(sys.argv[2]).read_text().splitlines()


def _origin() -> str:
    return f"http://127.0.0.1:{sys.argv[1]}"


def _request(host: str, url: str) -> Any:
    return scrapy.Request(url, headers={"Host": host}, cb_kwargs={"host": host}, dont_filter=True)


def main() -> None:
    """Run once and print the figures."""
    following = "--follow" in sys.argv
    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": 50,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 50,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": following,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "ERROR",
        }
    )
    process.crawl(FollowingSpider if following else TextSpider)
    started = time.perf_counter()
    process.start()
    seconds = time.perf_counter() - started
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"pages": texts, "seconds": seconds, "rss_mib": rss}))


if __name__ == "__main__":
    main()
