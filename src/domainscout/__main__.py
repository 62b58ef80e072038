"""`python -m domainscout` is the same program as `domainscout`."""

from __future__ import annotations

from domainscout.cli import main

if __name__ == "__main__":
    main()
