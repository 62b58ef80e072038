"""One command line for all measurements: `python -m benchmarks NAME [options]`."""

from __future__ import annotations

import importlib
import sys

from benchmarks import results
from domainscout.cli.hangup import read_enough

NAMES = {
    "compare": "one after the other against in parallel, same sites, same profiles",
    "crawl": "pages/s and memory beside a bare aiohttp + selectolax loop and Scrapy",
    "queue": "enqueue and work rates beside bare redis-py and other task queues",
    "scale": "how cost grows from a thousand to a million targets",
    "memory": "RSS over time at several concurrencies, on large pages",
    "quality": "extraction F1 against pinned floors",
    "tokens": "model input a company",
    "profile": "where the time of one domain goes",
    "soak": "RSS over minutes of hostile web",
    "chaos": "kills, restarts, wipes: nothing lost",
    "report": "write REPORT.md and the README's figures from the newest results",
    "quick": "a small run of each that checks results, never times (CI)",
}


def main() -> int:
    """Dispatch to the benchmark of that name."""
    if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
        print("usage: python -m benchmarks NAME [--help]\n", file=sys.stderr)
        for name, what in NAMES.items():
            print(f"  {name:8}  {what}", file=sys.stderr)
        return 2
    results.load_before()
    module = importlib.import_module(f"benchmarks.{sys.argv[1]}")
    try:
        code = int(module.run(sys.argv[2:]))
        sys.stdout.flush()
    except BrokenPipeError:
        read_enough()
        return 0
    return code


if __name__ == "__main__":
    raise SystemExit(main())
