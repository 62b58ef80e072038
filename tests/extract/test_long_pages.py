"""Pages of more lines than are read: no extractor fails on them, and what stands at their end is found."""

from __future__ import annotations

from tests.support.talking import site

from domainscout.compose import understand
from domainscout.records import Field

CARD = (
    "<div><h3>Jane Example</h3><p>Managing Director</p><p>1 Mill Lane, Leeds, LS1 4AP</p><p>Mon-Fri 9am-5pm</p></div>"
)


async def test_a_page_of_thousands_of_cards_is_read_to_its_end() -> None:
    understood = await understand(site(CARD * 3_000 + "<footer>Call 020 7946 0958</footer>"))
    assert understood.extraction.notes == []
    assert [phone.number for phone in understood.resolved.values[Field.PHONES]] == ["+442079460958"]
