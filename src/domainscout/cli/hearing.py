"""What the worker processes of one command say, on the one screen that they share."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import TYPE_CHECKING

from domainscout.cli.options import Call
from domainscout.logs import readable
from domainscout.settings import LogFormat

if TYPE_CHECKING:
    from domainscout.cli.live import Progress

ECHO_S = 5.0
"""Several workers notice the same outage within this time."""


class Listener:
    """What the children of this command say: log lines as JSON, and words when they cannot work."""

    def __init__(self, call: Call, progress: Progress) -> None:
        self._speech = call.speech
        self._raw = call.settings.log_format is LogFormat.JSON
        self._progress = progress
        self._said: dict[str, float] = {}

    def __call__(self, line: str) -> None:
        """Print what is worth it: as one worker would, and what several say at once a single time."""
        try:
            told = json.loads(line)
        except ValueError:
            told = None
        if self._raw or not isinstance(told, dict) or "event" not in told:
            return self._progress.print_above(line)
        if told["event"] in ("Draining", "Stopped"):
            return None
        matters = told["level"] == "warning" or told["event"] == "Message"
        words = readable(told["message"], told.get("domain", ""))
        if (matters or self._progress.moves or self._speech.verbose) and not self._repeats(words):
            self._progress.print_above(f"{datetime.now().astimezone():%H:%M:%S}  {words}")
        return None

    def _repeats(self, words: str) -> bool:
        now = time.monotonic()
        before = self._said.get(words, -ECHO_S)
        self._said = {said: at for said, at in self._said.items() if now - at < ECHO_S} | {words: now}
        return now - before < ECHO_S
