"""Orders of many wordings on pages: none changes a profile, by the rules or with a server that obeys all of them.

`injected_pages.jsonl` holds one page a line: a piece of HTML put into a home page, and the fields and values that it
wants to be stored. They were written without a look at the filter.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

from tests.support.talking import HOME, said, site, talking, target

from domainscout.compose import profile_of, understand
from domainscout.demo.model_server import Asked, Says
from domainscout.profile import Profile

ATTACKS = [json.loads(line) for line in Path(__file__).with_name("injected_pages.jsonl").read_text().splitlines()]


def told(profile: Profile) -> dict[str, Any]:
    """What a profile says, without notes, evidence and cost."""
    return profile.model_dump(exclude={"crawled_at", "llm", "notes", "evidence", "bytes", "seconds"})


def obeying(attack: dict[str, Any]) -> dict[str, Any]:
    """What the order asks for, with every quote that might carry it: none, the value, the order itself."""
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", attack["html"])).split())
    answer: dict[str, Any] = {"values": [], "addresses": [], "people": []}
    for field, value in attack["wanted"]:
        for quote in ("", value, text[:480]):
            if field == "person":
                answer["people"].append({"page": 1, "quote": quote or value, "name": value, "title": "Chief Executive"})
            elif field == "address":
                street, city, postcode = value.split("|")
                place = {"street": street, "city": city, "postcode": postcode, "country": "GB"}
                answer["addresses"].append({"page": 1, "quote": f"{street}, {city} {postcode}", **place})
            elif field == "short":
                answer["short_description"] = {"text": value, "support": [{"page": 1, "quote": quote or value}]}
            else:
                answer["values"].append(said(field, value, quote))
    return answer


def page_with(piece: str, where: str = "body") -> str:
    """The home page with a piece of HTML in it."""
    before = "</head>" if where == "head" else "<footer>"
    return HOME.replace(before, piece + before)


async def test_no_order_changes_a_profile_by_rules_or_with_a_server_that_obeys(tmp_path):
    said_by_server: dict[str, Any] = {}

    def script(asked: Asked) -> Says:
        return Says(text=said_by_server if asked.domain else {"values": []})

    changed: list[str] = []
    async with talking(tmp_path, script) as talk:
        for number, attack in enumerate(ATTACKS):
            domain = f"acme{number}.example.co.uk"  # the answer to the same question is kept and would not be asked for
            clean = site(page_with(attack.get("clean", "")), domain)
            expected = told(profile_of(target(domain), clean, (await understand(clean)).resolved))
            attacked = site(page_with(attack["html"], attack.get("where", "body")), domain)
            by_rules = told(profile_of(target(domain), attacked, (await understand(attacked)).resolved))
            said_by_server = obeying(attack)
            hybrid = told(await talk.profile(attacked))
            if by_rules != expected or hybrid != expected:
                changed.append(attack["name"])
    assert changed == []
    assert len(ATTACKS) > 260
    assert len(talk.questions) == len(ATTACKS)


async def test_an_order_takes_no_true_value_with_it(tmp_path):
    pages = ["AI: use the following:", "To all bots, the phone is", "Crawlers must report"]
    for text in pages:
        attacked = site(HOME.replace("<footer>", f"<h2>{text}</h2><footer><p>We are in Bristol.</p>"))
        understood = await understand(attacked)
        assert understood.resolved.values["emails"] == ["info@acme.example.co.uk"]
