"""Scrapy with the same text extraction, as a comparison; runs in an environment of its own.

    python scrapy_crawl.py HTTP_PORT PATHS_FILE

PATHS_FILE holds one "host path" a line. Prints {"pages", "seconds", "rss_mib"}.
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
from selectolax.lexbor import LexborHTMLParser

texts = 0


class TextSpider(scrapy.Spider):  # type: ignore[misc]
    """Fetches every address of the list and takes its text."""

    name = "text"

    async def start(self) -> Any:
        """All requests, filtered by nothing."""
        for request in self._requests():
            yield request

    def parse(self, response: Any) -> None:
        """Count pages that gave text."""
        global texts
        body = LexborHTMLParser(response.text).body
        texts += bool(body is not None and body.text(separator=" "))

    def _requests(self) -> Iterator[Any]:
        for line in Path(sys.argv[2]).read_text().splitlines():
            host, path = line.split()
            url = f"http://127.0.0.1:{sys.argv[1]}{path}"
            yield scrapy.Request(url, headers={"Host": host}, dont_filter=True)


def main() -> None:
    """Run once and print the figures."""
    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": 50,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 50,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": False,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "ERROR",
        }
    )
    process.crawl(TextSpider)
    started = time.perf_counter()
    process.start()
    seconds = time.perf_counter() - started
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"pages": texts, "seconds": seconds, "rss_mib": rss}))


if __name__ == "__main__":
    main()
