"""The command line. Every command is a few lines: read settings, open services, call the module that does the work."""

from __future__ import annotations

from domainscout.cli.app import main, run

__all__ = ["main", "run"]
