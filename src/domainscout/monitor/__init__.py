"""What `monitor` shows: a snapshot of the database, Redis and every worker, its history, and how it looks.

`snapshot` takes the figures, `history` keeps the last minutes of them, `view` turns both into something Rich can draw.
`view` and `history` are pure: same figures in, same picture out. The loop and the keyboard are in `cli`.
"""

from __future__ import annotations

from domainscout.monitor.history import CSV_COLUMNS, History, Sample, Summary
from domainscout.monitor.snapshot import take
from domainscout.monitor.view import SORTS, Frame, plain_line, summary_line, view

__all__ = [
    "CSV_COLUMNS",
    "SORTS",
    "Frame",
    "History",
    "Sample",
    "Summary",
    "plain_line",
    "summary_line",
    "take",
    "view",
]
