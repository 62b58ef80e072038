"""What the model calls an account must be one, whatever the pages link to."""

from __future__ import annotations

import pytest

from domainscout.llm.validity import account


@pytest.mark.parametrize(
    ("url", "network"),
    [
        ("https://www.linkedin.com/company/acme", "linkedin"),
        ("https://x.com/acme", "x"),
        ("https://www.facebook.com/acme.heating", "facebook"),
        ("https://www.facebook.com/sharer/sharer.php?u=acme.example", None),
        ("https://www.facebook.com/share/17abc", None),
        ("https://twitter.com/intent/tweet?text=acme", None),
        ("https://x.com/hashtag/boilers", None),
        ("https://www.linkedin.com/", None),
        ("https://acme.example/news", None),
    ],
)
def test_share_buttons_and_foreign_pages_are_no_accounts(url: str, network: str | None) -> None:
    found = account(url, {url})
    assert (found[0] if found else None) == network


def test_an_account_that_no_page_links_to_is_none() -> None:
    assert account("https://x.com/acme", {"https://x.com/other"}) is None
