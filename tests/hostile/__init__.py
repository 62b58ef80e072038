"""The web at its worst: some 280 virtual hosts on loopback, one misbehaviour each, in one documented table.

The rows stand in `connections` (below HTTP, and TLS), `answers` (statuses, bodies, charsets, robots.txt), `places`
(redirects, forbidden addresses, traps) and `contents` (poisonous pages); `rows.TABLE` holds them all.
`python -m tests.hostile` prints the table.
"""

from tests.hostile import answers, connections, contents, places
from tests.hostile.rows import TABLE

__all__ = ["TABLE", "answers", "connections", "contents", "places"]
