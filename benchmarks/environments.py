"""Environments of their own for the tools we are measured beside, made on first use under `benchmarks/results`.

Their libraries are not ours: Scrapy brings Twisted, and of the task queues one wants an older redis-py than the next.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from benchmarks import results

PACKAGES = {
    "scrapy": ("scrapy", "selectolax"),
    "taskiq": ("taskiq-redis", "hiredis"),
    "saq": ("saq[hiredis]", "typing-extensions"),
    "arq": ("arq>=0.26", "hiredis"),
}


def interpreter(peer: str) -> Path | None:
    """The Python that has this peer; None, told on standard error, where it cannot be installed."""
    folder = results.FOLDER / f"{peer}-env"
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if not ready.exists():
        venv.create(folder, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES[peer]]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{peer} cannot be installed: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            return None
        ready.touch()
    return python
